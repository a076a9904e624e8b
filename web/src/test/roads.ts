import type { TabMessage, TabRoad } from "../sync/tabs/messages";

/** All tabs of one browser in a test: what one says the others hear, later. */
export class Roads {
  readonly #ears = new Map<string, ((message: TabMessage) => void)[]>();
  readonly #said: TabMessage[] = [];
  /** Tabs that are stopped where they are, and what they will hear. */
  readonly #frozen = new Map<string, (() => void)[]>();

  of(self: string): TabRoad {
    const ears: ((message: TabMessage) => void)[] = [];
    this.#ears.set(self, ears);
    return {
      post: (message) => {
        if (!this.#ears.has(self)) return;
        this.#said.push(message);
        for (const [tab, others] of this.#ears) {
          if (tab !== self) for (const ear of others) queueMicrotask(() => this.#deliver(tab, () => ear(structuredClone(message))));
        }
      },
      hear: (ear) => ears.push(ear),
    };
  }

  /** How often something was said by anybody. */
  said(kind: TabMessage["kind"]): number {
    return this.#said.filter((message) => message.kind === kind).length;
  }

  /** A tab is closed: it hears and says nothing more, not even that. */
  close(self: string): void {
    this.#ears.delete(self);
  }

  /** A tab hears nothing for a while, and all of it afterwards. */
  freeze(self: string): () => void {
    this.#frozen.set(self, []);
    return () => {
      const missed = this.#frozen.get(self) ?? [];
      this.#frozen.delete(self);
      for (const deliver of missed) deliver();
    };
  }

  #deliver(tab: string, deliver: () => void): void {
    const waits = this.#frozen.get(tab);
    if (waits !== undefined) waits.push(deliver);
    else if (this.#ears.has(tab)) deliver();
  }
}
