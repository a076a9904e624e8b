/** What waits for a manager: conflicts, and tasks that the main server opened. */
import type { EpochMs, Id, TaskAction } from "./backend";

export interface RaisedCause {
  readonly device_name: string | null;
  readonly at: EpochMs;
  /** A sentence; receipts by their number. */
  readonly message: string;
}

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
