/** What the engine says of itself: the thing people look at, and what the inspector shows. */
import type { EpochMs, ErrorClass, Id } from "./backend";

export type StorageProblem = "lost" | "full" | "memory_only";

/** The connection carries its reason; screens are only views of it. */
export type Connection =
  | { readonly state: "no_network" }
  | { readonly state: "connecting"; readonly attempt: number; readonly nextRetryAt: EpochMs | null }
  | { readonly state: "checking" }
  | { readonly state: "online" }
  | { readonly state: "server_unreachable"; readonly attempt: number; readonly nextRetryAt: EpochMs | null }
  /** The master refuses this device's token: its queue waits, nothing is dropped. */
  | { readonly state: "paused"; readonly reason: "auth" | "needs_upgrade"; readonly message: string }
  | { readonly state: "draining" }
  | { readonly state: "storage"; readonly problem: StorageProblem }
  /** Another tab of this browser works; `takeOver()` ends it there. */
  | { readonly state: "other_tab" }
  | { readonly state: "failed"; readonly message: string };

/** How safe what this till stores is, and how much more there is room for. */
export interface StorageHealth {
  /** `unpromised`: the browser may clear it when space runs out. `forgotten`: it ends with this window. */
  readonly durability: "kept" | "unpromised" | "forgotten";
  /** False: there was no room for products and the like; they are in memory until the page is opened again. */
  readonly recordsKept: boolean;
  readonly usedBytes: number | null;
  readonly quotaBytes: number | null;
  /** So little room is left that nothing new is recorded while offline. */
  readonly nearlyFull: boolean;
}

/** This device as the main server knows it. */
export interface DeviceSelf {
  readonly id: Id;
  readonly name: string;
  readonly kind: string;
  /** It may look and record nothing, and nobody looks at the audit on it. */
  readonly readOnly: boolean;
}

export interface SyncStatus {
  readonly connection: Connection;
  /** Since when `connection` is in this state. */
  readonly since: EpochMs;
  /** `null` until the device is enrolled. */
  readonly device: DeviceSelf | null;
  /** False: show the enrolment page. */
  readonly registered: boolean;
  /** `master` when this device orders the log itself; a browser is always `client`. */
  readonly role: "client" | "master";
  /** Address of the master last talked to. */
  readonly master: string | null;
  /** Mutations without an outcome: the number to send. */
  readonly pending: number;
  readonly oldestPendingAt: EpochMs | null;
  /** Pending does not shrink although the connection is online. */
  readonly stalled: boolean;
  readonly inFlight: number;
  /** Rejected mutations that nobody dismissed yet. */
  readonly attention: number;
  readonly conflicts: number;
  readonly tasks: number;
  readonly lastSyncedAt: EpochMs | null;
  readonly firstSync: { readonly done: number; readonly total: number | null } | null;
  /** How far this device's clock is ahead of the master's. */
  readonly clockSkewMs: number | null;
  readonly lastError: { readonly at: EpochMs; readonly code: string; readonly class: ErrorClass; readonly message: string } | null;
  readonly storage: StorageHealth;
}

/** One mutation of this device, newest first. Decided rows are listed while their payload is kept. */
export interface OutboxRow {
  readonly seq: number;
  /** Name of the mutation, for example `complete_sale`. */
  readonly name: string;
  readonly at: EpochMs;
  readonly actor: string | null;
  readonly state: "waiting" | "in_flight" | "accepted" | "merged" | "conflict" | "rejected";
  /** How often it was sent since the page was opened. */
  readonly attempts: number;
  readonly bytes: number;
  /** Why it waits or how it ended, in a plain sentence. */
  readonly reason: string | null;
  /** What it is about: a receipt number, a product's name. */
  readonly subject: string | null;
}

/** A rejected mutation: shown until dismissed, never dropped silently. */
export interface AttentionRow {
  /** The identity it was recorded under; numbers begin again with a new one. */
  readonly device: Id;
  readonly seq: number;
  readonly name: string;
  readonly at: EpochMs;
  readonly actor: string | null;
  readonly subject: string | null;
  readonly code: string;
  /** A sentence a person can act on. */
  readonly reason: string;
  /** The payload as indented JSON, for copying. */
  readonly payload: string;
}

export interface FrameLogEntry {
  readonly at: EpochMs;
  readonly direction: "in" | "out";
  /** The frame's tag: `push`, `outcomes`, … */
  readonly kind: string;
  readonly bytes: number;
  readonly summary: string;
}

/** Where this device stands in the log. */
export interface SyncPosition {
  readonly logId: string | null;
  readonly position: number;
  readonly yourSeq: number;
  readonly nextSeq: number;
  readonly archived: number;
}

/** One thing that this device did about its synchronisation, or that happened to it. */
export interface SyncLogEntry {
  /** When; of several together the last. */
  readonly at: EpochMs;
  readonly kind:
    | "started"
    | "joined"
    | "connected"
    | "lost"
    | "no_network"
    | "draining"
    | "paused"
    | "storage"
    | "failed"
    | "sent"
    | "refused"
    | "repaired"
    | "resynchronised"
    | "problem";
  /** How many mutations or records it was about. */
  readonly count: number | null;
  readonly detail: string | null;
}
