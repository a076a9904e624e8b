import type { AuditEntry, AuditQuery, SyncBackend } from "../../sync/backend";
import { toBackendError } from "../../sync/backend-error";
import type { Rows } from "../../ui/virtual-table";

/** An entry as the list knows it. */
export interface AuditRow extends AuditEntry {
  readonly id: string;
}

const PAGE = 100;
/** After failures it rests for ever more ticks, up to so many. */
const REST = 30;

type Take = (entries: readonly AuditRow[], next: number | null, head: number) => void;

/**
 * The entries that a query finds, newest first: further pages as they come into sight, and what is
 * written meanwhile without another look.
 */
export class AuditList implements Rows<AuditRow> {
  readonly #backend: SyncBackend;
  readonly #query: AuditQuery;
  readonly #listeners = new Set<() => void>();
  #entries: readonly AuditRow[] = [];
  /** Newer ones that are not shown yet, so that nothing moves under somebody who reads. */
  #waiting: readonly AuditRow[] = [];
  #next: number | null = null;
  /** The newest entry of all when it was asked last. */
  #head = 0;
  #failures = 0;
  /** For so many ticks nothing is asked. */
  #rest = 0;
  #loaded = false;
  #problem: string | null = null;
  #revision = 0;
  #busy = false;

  constructor(backend: SyncBackend, query: AuditQuery) {
    this.#backend = backend;
    this.#query = query;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly revision = (): number => this.#revision;

  /** One row more than there are entries where more can be fetched. */
  get total(): number | null {
    if (!this.#loaded) return null;
    return this.#entries.length + (this.#next === null ? 0 : 1);
  }

  /** How many newer ones are not shown yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  get count(): number {
    return this.#entries.length;
  }

  get complete(): boolean {
    return this.#loaded && this.#next === null;
  }

  get problem(): string | null {
    return this.#problem;
  }

  at(index: number): AuditRow | undefined {
    return this.#entries[index];
  }

  find(id: string): AuditRow | undefined {
    return this.#entries.find((entry) => entry.id === id);
  }

  show(_first: number, last: number): void {
    if (this.#loaded && this.#next !== null && last >= this.#entries.length) void this.#more();
  }

  /** The first page, also again. */
  async load(): Promise<void> {
    await this.#ask({ limit: PAGE }, (entries, next, head) => {
      this.#entries = entries;
      this.#waiting = [];
      this.#next = next;
      this.#head = head;
      this.#loaded = true;
    });
  }

  /** A tick: asks what was written since; at the top of the list it is shown at once. */
  async follow(atTop: boolean): Promise<void> {
    if (this.#rest > 0) {
      this.#rest -= 1;
      return;
    }
    if (!this.#loaded) return this.load();
    await this.#ask({ after: this.#head, limit: PAGE }, (entries, next, head) => {
      if (next !== null) {
        // More than a page at once: begin again rather than leave a hole.
        this.#loaded = false;
        return;
      }
      this.#head = head;
      this.#waiting = [...entries, ...this.#waiting];
      if (atTop) this.#takeIn();
    });
    if (!this.#loaded) await this.load();
  }

  /** Shows what came. */
  takeIn(): void {
    this.#takeIn();
    this.#tell();
  }

  #takeIn(): void {
    this.#entries = [...this.#waiting, ...this.#entries];
    this.#waiting = [];
  }

  async #more(): Promise<void> {
    await this.#ask({ before: this.#next, limit: PAGE }, (entries, next) => {
      this.#entries = [...this.#entries, ...entries];
      this.#next = next;
    });
  }

  async #ask(page: AuditQuery, take: Take): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      const first = await this.#backend.audit({ ...this.#query, ...page });
      let { entries, next } = first;
      // The master looks through so many at a time, and may have found none of them.
      while (entries.length === 0 && next !== null && this.#listeners.size > 0) {
        ({ entries, next } = await this.#backend.audit({ ...this.#query, ...page, before: next }));
      }
      this.#problem = null;
      this.#failures = 0;
      this.#rest = 0;
      take(entries.map((entry) => ({ ...entry, id: String(entry.number) })), next, first.head);
    } catch (thrown) {
      this.#failures += 1;
      this.#rest = Math.min(2 ** this.#failures, REST);
      this.#problem = toBackendError(thrown).message;
    } finally {
      this.#busy = false;
    }
    this.#tell();
  }

  #tell(): void {
    this.#revision += 1;
    for (const listener of this.#listeners) listener();
  }
}
