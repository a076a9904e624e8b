/** What waits for a manager: conflicts, and tasks that the main server opened. */
import type { Collection, EpochMs, FieldValue, Id, Milli } from "./backend";

/** Two changes of the same thing, side by side. */
export interface ConflictCard {
  readonly id: Id;
  readonly conflict: {
    readonly collection: Collection;
    readonly record: Id;
    /** `null`: it is about the whole record. */
    readonly field: string | null;
    readonly step: "insert" | "patch" | "delete" | "add";
    readonly was: FieldValue;
    /** What stood when it arose, and who changed it to that, where and when. */
    readonly theirs: FieldValue;
    readonly theirs_actor: Id | null;
    readonly theirs_device_name: string | null;
    readonly theirs_at: EpochMs | null;
    /** Whose change was withheld. */
    readonly device: Id;
    readonly device_name: string | null;
    readonly actor: Id;
    readonly claimed_at: EpochMs;
    readonly raised_at: EpochMs;
    readonly status: "open" | "resolved";
    readonly resolution: "theirs" | "mine" | "merged" | null;
    readonly resolved: FieldValue;
    readonly resolved_at: EpochMs | null;
    /** The rule of the shop by which the main server chose; `null` where a person did. */
    readonly rule: "device_priority" | null;
  };
  /** What people call the record. */
  readonly label: string | null;
  readonly actorName: string | null;
  /** Who changed it to `conflict.theirs`. */
  readonly theirsName: string | null;
  readonly resolverName: string | null;
  /** What stands: the field's value, or the record's own fields; `null` where it is gone. */
  readonly theirs: FieldValue;
  /** When the record was last changed. */
  readonly theirsAt: EpochMs | null;
  /** What keeping the withheld change makes of it. */
  readonly mine: FieldValue;
  readonly canKeepMine: boolean;
  /** Goes back with the choice: so that nothing is overwritten that nobody has seen. */
  readonly seen: string;
  /** Resolved here, and not sent yet. */
  readonly pending: boolean;
}

export type Choice =
  | { readonly choice: "theirs" | "mine" }
  /** A field's value, or all of a record's own fields; `null` is no value. */
  | { readonly choice: "value"; readonly value: FieldValue };

/** A choice about one conflict. */
export type Chosen = Choice & { readonly id: Id; readonly seen: string };

export interface RaisedCause {
  readonly device_name: string | null;
  readonly at: EpochMs;
  /** A sentence; receipts by their number. */
  readonly message: string;
}

/** What somebody did about a task. */
export type TaskAction = "accepted" | "recounted" | "refunded" | "called" | "reissued" | "dismissed";

export interface Task {
  readonly id: Id;
  readonly kind: string;
  /** What it is about: an id of a product or a sale, or a receipt's number. */
  readonly subject: string;
  /** A sentence. */
  readonly message: string;
  readonly status: "open" | "closed";
  /** How often it happened. */
  readonly count: number;
  readonly causes: readonly RaisedCause[];
  readonly raised_at: EpochMs;
  readonly action: TaskAction | null;
  readonly note: string | null;
  readonly closed_at: EpochMs | null;
  readonly closerName: string | null;
  /** What can be done about its kind, the likeliest first. */
  readonly actions: readonly TaskAction[];
  readonly pending?: boolean;
}

/** A task as it was seen, so that one that happened again is not closed. */
export interface SeenTask {
  readonly task: Id;
  readonly count: number;
}

export interface TaskEnd extends SeenTask {
  readonly action: TaskAction;
  readonly note: string;
}

/** What somebody counted; the difference to what was shown is what changes. */
export interface StockCount {
  /** Made by the caller: asking twice counts once. */
  readonly id: Id;
  readonly product: Id;
  /** Which batch of it was counted. */
  readonly batch?: Id | null;
  readonly counted: Milli;
  readonly expected: Milli;
  readonly note: string;
  /** The task that asked for it. */
  readonly task: SeenTask | null;
}

/** What everybody should know at once. */
export interface Notice {
  readonly id: Id;
  readonly kind: string;
  readonly subject: string;
  /** A sentence. */
  readonly message: string;
  readonly raisedAt: EpochMs;
}
