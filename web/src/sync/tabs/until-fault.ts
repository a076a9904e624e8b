import type { BackendErrorShape, SyncStatus } from "../backend";
import { asSentence } from "../backend-error";
import type { Engine } from "./engine";

/** Calls back once the engine's module has stopped for good; the answer ends that. */
export type OnFault = (listener: (fault: BackendErrorShape) => void) => () => void;

/**
 * An engine whose status ends with `failed` where its module stops. What is still on its way from
 * before then is not told any more: it would say that a till works which does not.
 */
export function untilFault(engine: Engine, onFault: OnFault): Engine {
  let stopped = false;
  onFault(() => (stopped = true));
  return {
    call: (method, args) => engine.call(method, args),
    listen: async (method, args, tell) => {
      if (method !== "onStatus") return engine.listen(method, args, tell);
      let last: SyncStatus | null = null;
      const end = await engine.listen(method, args, (status) => {
        if (stopped) return;
        last = status as SyncStatus;
        tell(status);
      });
      const forget = onFault(({ message }) => {
        tell({ ...last, connection: { state: "failed", message: asSentence(message) } });
      });
      return () => {
        forget();
        // There is nobody left to tell.
        if (!stopped) end();
      };
    },
  };
}
