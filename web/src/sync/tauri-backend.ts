import type { SyncBackend } from "./backend";
import { toBackendError } from "./backend-error";
import { followVisibility, type Messages, overMessages } from "./messages";

/** What Tauri puts into its windows (`withGlobalTauri`): the part that is used. */
interface TauriCore {
  readonly invoke: (command: string, args?: Record<string, unknown>) => Promise<unknown>;
  readonly Channel: new (onmessage: (value: unknown) => void) => object;
}

declare global {
  interface Window {
    readonly __TAURI__?: { readonly core: TauriCore };
  }
}

/** Reaches the till that the desktop app has opened; its database, and its token, stay there. */
export async function openTauriBackend(core: TauriCore): Promise<SyncBackend> {
  const send = async (command: string, args: Record<string, unknown>) => {
    try {
      return await core.invoke(command, args);
    } catch (thrown) {
      throw toBackendError(thrown);
    }
  };
  const messages: Messages = {
    ask: (method, args) => send("ask", { method, args }),
    listen: async (method, args, listener) => (await send("listen", { method, args, heard: new core.Channel(listener) })) as number,
  };
  await send("begin", {});
  const backend = overMessages(messages);
  followVisibility(backend);
  return backend;
}
