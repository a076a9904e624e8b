/** Stock and its batches. */
import type { Minor } from "./backend";

/** What a form changes of a batch. */
export interface BatchChanges {
  readonly expiry?: string | null;
  readonly cost?: Minor | null;
}
