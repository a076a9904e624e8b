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

export type DeviceKind = "till" | "terminal" | "dashboard" | "node";

export interface DeviceRow {
  readonly id: Id;
  readonly name: string;
  readonly kind: DeviceKind;
  /** Its place in the order of enrolments; 0 for the master itself. */
  readonly ordinal: number;
  readonly readOnly: boolean;
  readonly role: "master" | "client";
  /** Whether it may stand in for the master; the larger priority goes first. */
  readonly standsIn: boolean;
  readonly priority: number;
  readonly online: boolean;
  /** This very device. */
  readonly own: boolean;
  readonly lastSeen: EpochMs | null;
  /** When it last had everything that the main server had. */
  readonly lastSyncedAt: EpochMs | null;
  /** Waiting to be sent and refused, as it told last. */
  readonly pending: number;
  readonly attention: number;
  /** Changes it has not received yet; `null` while that is not known. */
  readonly behind: number | null;
  readonly app: string | null;
  readonly enrolledAt: EpochMs;
  readonly revokedAt: EpochMs | null;
  /** Its database was lost or rolled back: it has another identity since. */
  readonly closedAt: EpochMs | null;
}

export interface NewDevice {
  /** `null`: it is asked for on the device itself. */
  readonly name: string | null;
  readonly kind: Exclude<DeviceKind, "node">;
  readonly readOnly: boolean;
}

/** Lets one device in, once. */
export interface DeviceCode {
  readonly code: string;
  readonly expiresAt: EpochMs;
  /** Where the new device finds the main server; null where that has no address beyond its own machine. */
  readonly reach: Reach | null;
}

/** How another machine comes to the main server. */
export interface Reach {
  /** Its base address. */
  readonly address: string;
  /** The page where a browser begins that does not trust it yet; null where nothing is to be trusted. */
  readonly page: string | null;
  /** Who vouches for it, as 64 hex digits; null where it has no TLS. */
  readonly authority: string | null;
}

export interface StandIn {
  readonly standsIn: boolean;
  readonly priority: number;
}
