import type { QueryResult, SyncBackend, SyncStatus } from "./backend";

/** Methods that call back more than once. */
export type Listening = "onStatus" | "subscribe";

/** All others: a question and an answer. */
export type Asking = Exclude<keyof SyncBackend, Listening>;

/** A way to a till that answers by the names of the methods: a worker, or the desktop app. */
export interface Messages {
  ask(method: Asking, args: readonly unknown[]): Promise<unknown>;
  listen(method: Listening, args: readonly unknown[], listener: (value: unknown) => void): Promise<number>;
}

/**
 * The whole interface over messages. Every method becomes one, so that a new one needs no line here;
 * `written` are those that do more than that.
 */
export function overMessages(messages: Messages, written: Partial<SyncBackend> = {}): SyncBackend {
  const own: Partial<SyncBackend> = {
    onStatus: (listener) => messages.listen("onStatus", [], (value) => listener(value as SyncStatus)),
    subscribe: (query, listener) => messages.listen("subscribe", [query], (value) => listener(value as QueryResult)),
    ...written,
  };
  return new Proxy(own as SyncBackend, {
    get(target, name) {
      // `then` must stay absent, or awaiting the backend would send a message.
      if (typeof name !== "string" || name === "then") return undefined;
      if (name in target) return Reflect.get(target, name) as unknown;
      return (...args: readonly unknown[]) => messages.ask(name as Asking, args);
    },
  });
}

/** Timers sleep in a hidden page: what was missed meanwhile is made up for when it is seen again. */
export function followVisibility(backend: SyncBackend): void {
  const tell = () => {
    // An engine that has ended says so elsewhere.
    backend.setVisible(document.visibilityState === "visible").catch(() => undefined);
  };
  document.addEventListener("visibilitychange", tell);
  window.addEventListener("pageshow", tell);
  tell();
}
