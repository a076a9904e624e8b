/** What managers look at and the master keeps: the audit and the devices. */
import type { EpochMs, FieldValue, Id } from "./backend";

/** All that are given must hold. */
export interface AuditQuery {
  readonly actor?: Id | null;
  readonly device?: Id | null;
  /** A mutation such as `edit_product`, or what is done without one, such as `enrolled`. */
  readonly action?: string | null;
  readonly entity?: string | null;
  readonly record?: Id | null;
  readonly from?: EpochMs | null;
  readonly to?: EpochMs | null;
  /** Text anywhere in what was changed, capital or small. */
  readonly search?: string | null;
  /** Only entries before this number: the next page. */
  readonly before?: number | null;
  /** Only entries after this number: what came since. */
  readonly after?: number | null;
  /** At most 500. */
  readonly limit?: number | null;
}

export interface AuditPage {
  /** Newest first. */
  readonly entries: readonly AuditEntry[];
  /** The `before` of the page after this one; `null` at the end. */
  readonly next: number | null;
  /** The newest entry of all, found or not: the `after` of what is written from here on. */
  readonly head: number;
}

export interface AuditEntry {
  readonly number: number;
  readonly at: EpochMs;
  readonly action: string;
  readonly device: Id | null;
  readonly actor: Id | null;
  /** `null` where nobody did it, or this device does not know who. */
  readonly actorName: string | null;
  readonly approvedByName: string | null;
  readonly verdict: "accepted" | "merged" | "conflict" | "rejected" | "already_decided" | null;
  /** Why it was refused, or what was remarkable about it. */
  readonly reasons: readonly string[];
  readonly records: readonly AuditRecord[];
  /** What else is told of what is no change of records. */
  readonly about: Readonly<Record<string, FieldValue>>;
  /** Its content was erased; that it happened is still proved. */
  readonly erased: boolean;
}

export interface AuditRecord {
  readonly collection: string;
  readonly id: Id;
  readonly label: string | null;
  /** `recorded`: a receipt or the like, which is never changed and needs no comparison. */
  readonly step: "created" | "changed" | "deleted" | "recorded";
  readonly changes: readonly AuditChange[];
}

export interface AuditChange {
  readonly field: string;
  readonly as: "money" | "quantity" | "rate" | "time" | "device" | "plain";
  readonly was: FieldValue;
  readonly is: FieldValue;
}
