import type { Doc, Query, QueryResult, SubscriptionId, SyncBackend } from "./backend";

/** A live query as an external store: runs while somebody listens. */
export class LiveQuery<D extends Doc = Doc> {
  readonly #backend: SyncBackend;
  readonly #query: Query;
  readonly #listeners = new Set<() => void>();
  #result: QueryResult<D> | null = null;
  #handle: Promise<SubscriptionId> | null = null;

  constructor(backend: SyncBackend, query: Query) {
    this.#backend = backend;
    this.#query = query;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#handle ??= this.#backend.subscribe(this.#query, (result) => {
      if (this.#listeners.size === 0) return;
      this.#result = result as QueryResult<D>;
      for (const each of this.#listeners) each();
    });
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stop();
    };
  };

  readonly snapshot = (): QueryResult<D> | null => this.#result;

  #stop(): void {
    const handle = this.#handle;
    this.#handle = null;
    // A query that could not start has nothing to end.
    void handle?.then(
      (id) => this.#backend.unsubscribe(id),
      () => undefined,
    );
  }
}
