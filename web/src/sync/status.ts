/** What the engine says of itself: the thing people look at, and what the inspector shows. */
import type { EpochMs, Id } from "./backend";

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
