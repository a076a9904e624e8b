import type { SyncBackend, SyncStatus } from "./backend";

/** The latest status, for the whole app: one listener on the backend, many views. */
export class StatusStore {
  readonly #listeners = new Set<() => void>();
  #status: SyncStatus;

  private constructor(status: SyncStatus) {
    this.#status = status;
  }

  static async open(backend: SyncBackend): Promise<StatusStore> {
    const store = new StatusStore(await backend.status());
    await backend.onStatus((status) => {
      store.#status = status;
      for (const listener of store.#listeners) listener();
    });
    return store;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): SyncStatus => this.#status;
}
