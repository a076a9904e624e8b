import type { TillClient } from "#web-client";
import { toErrorShape } from "../backend-error";
import type { Listening } from "../messages";
import type { WorkerReply } from "../worker-api";

/** What does the work of a tab: its own engine, or that of another tab. Methods are those of the backend. */
export interface Engine {
  call(method: string, args: readonly unknown[]): Promise<unknown>;
  /** Calls back until what this resolves with is called. */
  listen(method: Listening, args: readonly unknown[], tell: (value: unknown) => void): Promise<() => void>;
}

/** An engine for one other tab, with a person of its own. */
export interface GuestEngine extends Engine {
  /** Logs out, and ends what the tab listens to. */
  leave(): void;
}

/** Beside the backend's methods: whoever was logged in to an engine that has ended goes on with this one. */
export const GO_ON = "goOn";

/** The class that Rust exports. */
export function engineOf(client: TillClient): Engine {
  return {
    call: async (method, args) => (method === GO_ON ? client.goOn(args[0] as string) : client.call(method, args)),
    listen: (method, args, tell) =>
      new Promise((listening) => {
        const number = client.listen(method, args, tell);
        listening(() => void client.call("unsubscribe", [number]).catch(() => undefined));
      }),
  };
}

export async function replyOf(work: () => Promise<unknown>): Promise<WorkerReply> {
  try {
    return { ok: true, value: await work() };
  } catch (thrown) {
    return { ok: false, error: toErrorShape(thrown) };
  }
}
