import type { Doc, Query, SubscriptionId, SyncBackend } from "./backend";

interface Page<D> {
  items: readonly D[];
  handle: Promise<SubscriptionId> | null;
}

/** Pages kept for scrolling back without a blank, beyond those that are live. */
const KEPT_PAGES = 40;

/**
 * A long list of which only the visible pages are live.
 *
 * Each page is its own live query with offset and limit, so that a list of 50,000 rows moves a few
 * dozen of them across the worker boundary, whatever is typed or scrolled.
 */
export class WindowQuery<D extends Doc = Doc> {
  readonly #backend: SyncBackend;
  readonly #query: Query;
  readonly #pageSize: number;
  readonly #pages = new Map<number, Page<D>>();
  readonly #listeners = new Set<() => void>();
  #total: number | null = null;
  #revision = 0;
  #wanted: readonly [number, number] = [0, 0];
  #ended = false;

  constructor(backend: SyncBackend, query: Query, pageSize: number) {
    this.#backend = backend;
    this.#query = query;
    this.#pageSize = pageSize;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#ended = false;
    this.#sync();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#end();
    };
  };

  /** Changes whenever anything in the window did. */
  readonly revision = (): number => this.#revision;

  /** `null` until the first page has come. */
  get total(): number | null {
    return this.#total;
  }

  at(index: number): D | undefined {
    return this.#pages.get(Math.floor(index / this.#pageSize))?.items[index % this.#pageSize];
  }

  /** Says which rows are on the screen. */
  show(first: number, last: number): void {
    const wanted = [Math.floor(first / this.#pageSize), Math.floor(Math.max(first, last) / this.#pageSize)] as const;
    if (wanted[0] === this.#wanted[0] && wanted[1] === this.#wanted[1]) return;
    this.#wanted = wanted;
    this.#sync();
  }

  #sync(): void {
    if (this.#ended || this.#listeners.size === 0) return;
    const [first, last] = this.#wanted;
    for (const [number, page] of this.#pages) {
      if ((number < first || number > last) && page.handle !== null) this.#release(page);
    }
    for (let number = first; number <= last; number += 1) this.#start(number);
    this.#forget();
  }

  #start(number: number): void {
    const page: Page<D> = this.#pages.get(number) ?? { items: [], handle: null };
    if (page.handle !== null) return;
    // Set again so that the map's order is the order of use.
    this.#pages.delete(number);
    this.#pages.set(number, page);
    const window = { ...this.#query, offset: number * this.#pageSize, limit: this.#pageSize };
    const handle = this.#backend.subscribe(window, (result) => {
      if (page.handle !== handle) return;
      page.items = result.items as readonly D[];
      this.#total = result.total;
      this.#revision += 1;
      for (const listener of this.#listeners) listener();
    });
    page.handle = handle;
  }

  #release(page: Page<D>): void {
    const handle = page.handle;
    page.handle = null;
    void handle?.then(
      (id) => this.#backend.unsubscribe(id),
      () => undefined,
    );
  }

  #forget(): void {
    for (const [number, page] of this.#pages) {
      if (this.#pages.size <= KEPT_PAGES) return;
      if (page.handle === null) this.#pages.delete(number);
    }
  }

  #end(): void {
    this.#ended = true;
    for (const page of this.#pages.values()) this.#release(page);
  }
}
