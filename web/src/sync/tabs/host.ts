import { BackendError } from "../backend-error";
import type { Listening } from "../messages";
import type { WorkerReply } from "../worker-api";
import type { Engine } from "./engine";
import type { SessionId, TabId, TabMessage, TabRoad } from "./messages";

/** What a call ends with whose tab went before it answered: it may have been done, or not. */
export const LOST_TAB = new BackendError({
  code: "tab_closed",
  class: "retry",
  message: "The tab that did the work was closed. Look whether it was done, and try again.",
});

/** The engine of the tab that works, asked from another one: one session with it. */
export class Host implements Engine {
  readonly tab: TabId;
  readonly session: SessionId;
  readonly #road: TabRoad;
  readonly #waiting = new Map<number, (reply: WorkerReply | null) => void>();
  readonly #listeners = new Map<number, (value: unknown) => void>();
  readonly #over = new AbortController();
  #next = 1;

  constructor(road: TabRoad, tab: TabId, session: SessionId) {
    this.#road = road;
    this.tab = tab;
    this.session = session;
  }

  /** Aborted once this session has ended. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  call(method: string, args: readonly unknown[]): Promise<unknown> {
    return this.#ask({ kind: "call", method, args, ...this.#asked() });
  }

  async listen(method: Listening, args: readonly unknown[], tell: (value: unknown) => void): Promise<() => void> {
    const asked = this.#asked();
    this.#listeners.set(asked.number, tell);
    try {
      await this.#ask({ kind: "listen", method, args, ...asked });
    } catch (thrown) {
      this.#listeners.delete(asked.number);
      throw thrown;
    }
    return () => {
      if (this.#listeners.delete(asked.number)) this.#road.post({ kind: "enough", ...asked });
    };
  }

  hear(message: TabMessage): void {
    if (!("session" in message) || message.session !== this.session) return;
    if (message.kind === "answer") this.#waiting.get(message.number)?.(message.reply);
    if (message.kind === "news") this.#listeners.get(message.number)?.(message.value);
  }

  /** The session is over: whatever waits for it is told so. */
  end(): void {
    if (this.over.aborted) return;
    this.#over.abort();
    this.#listeners.clear();
    for (const answer of this.#waiting.values()) answer(null);
    // Only heard where the other tab is still there, and not the one that works.
    this.#road.post({ kind: "leave", to: this.tab, session: this.session });
  }

  #asked() {
    return { to: this.tab, session: this.session, number: this.#next++ };
  }

  #ask(message: TabMessage & { kind: "call" | "listen" }): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.over.aborted) {
        reject(LOST_TAB);
        return;
      }
      this.#waiting.set(message.number, (reply) => {
        this.#waiting.delete(message.number);
        if (reply === null) reject(LOST_TAB);
        else if (reply.ok) resolve(reply.value);
        else reject(new BackendError(reply.error));
      });
      this.#road.post(message);
    });
  }
}
