import { type GuestEngine, replyOf } from "./engine";
import type { Life } from "./life";
import type { SessionId, TabId, TabMessage, TabRoad } from "./messages";

interface Place {
  readonly road: TabRoad;
  readonly self: TabId;
  readonly build: string;
  readonly life: Life;
  readonly forTab: () => GuestEngine;
}

interface Session {
  readonly engine: GuestEngine;
  /** What ends each listener, by the number that it was begun under. */
  readonly ends: Map<number, () => void>;
  readonly over: AbortController;
}

/** The side of the tab that works: does what other tabs ask, for as long as it works. */
export class Guests {
  readonly #place: Place;
  readonly #sessions = new Map<SessionId, Session>();
  #working = false;

  constructor(place: Place) {
    this.#place = place;
  }

  /** This tab works from now on, or no more. */
  work(working: boolean): void {
    if (working === this.#working) return;
    this.#working = working;
    const { road, self, build } = this.#place;
    // First of all: an engine that has failed may not even let go of its guests.
    road.post(working ? { kind: "here", from: self, build } : { kind: "gone", from: self });
    for (const id of this.#sessions.keys()) this.#end(id);
  }

  hear(message: TabMessage): void {
    if (message.kind === "attach") this.#attach(message);
    if (!("session" in message) || !("to" in message) || message.to !== this.#place.self) return;
    const { session: id } = message;
    const session = this.#sessions.get(id);
    if (session === undefined) {
      if (message.kind !== "leave") this.#place.road.post({ kind: "unknown", session: id });
      return;
    }
    const { number } = message.kind === "leave" ? { number: 0 } : message;
    switch (message.kind) {
      case "call":
        this.#answer(id, number, () => session.engine.call(message.method, message.args));
        break;
      case "listen":
        this.#answer(id, number, async () => {
          const end = await session.engine.listen(message.method, message.args, (value) => {
            // Whoever has left hears nothing more, and what was listened to may still have something to say.
            if (this.#sessions.has(id)) this.#place.road.post({ kind: "news", session: id, number, value });
          });
          session.ends.set(number, end);
        });
        break;
      case "enough":
        session.ends.get(number)?.();
        session.ends.delete(number);
        break;
      case "leave":
        this.#end(id);
        break;
    }
  }

  #attach(asked: TabMessage & { kind: "attach" }): void {
    const { road, self, build, life, forTab } = this.#place;
    if (!this.#working || asked.build !== build) return;
    // Asked twice while this tab was busy: it is one session all the same.
    if (!this.#sessions.has(asked.session)) {
      const over = new AbortController();
      this.#sessions.set(asked.session, { engine: forTab(), ends: new Map(), over });
      void life.gone(asked.from, over.signal).then(() => {
        this.#end(asked.session);
        // Where it was only frozen, it attaches anew.
        road.post({ kind: "unknown", session: asked.session });
      });
    }
    road.post({ kind: "attached", from: self, session: asked.session });
  }

  #answer(session: SessionId, number: number, work: () => Promise<unknown>): void {
    void replyOf(work).then((reply) => {
      if (this.#sessions.has(session)) this.#place.road.post({ kind: "answer", session, number, reply });
    });
  }

  #end(id: SessionId): void {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    session?.over.abort();
    try {
      session?.engine.leave();
    } catch {
      // An engine that has failed has no guests any more.
    }
  }
}
