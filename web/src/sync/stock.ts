/** Stock and its batches. */
import type { EpochMs, Id, Milli, Minor } from "./backend";

export interface StockChange {
  /** Id of the document, made by the UI: asking twice to receive goods receives them once. */
  readonly id: Id;
  readonly product: Id;
  readonly delta: Milli;
  readonly reason: string;
  /** The rest is for goods that come: what is printed on them. */
  readonly lot?: string | null;
  /** The last day on which they may be sold, `YYYY-MM-DD`. */
  readonly expiry?: string | null;
  /** What one unit cost. */
  readonly cost?: Minor | null;
}

/** Goods of one product that came with one lot. */
export interface BatchRow {
  readonly id: Id;
  readonly lot: string;
  /** `YYYY-MM-DD` */
  readonly expiry: string | null;
  readonly cost: Minor | null;
  readonly receivedAt: EpochMs | null;
  /** Below zero where more was sold of it than came. */
  readonly onHand: Milli;
  /** It may not be sold any more, unless somebody approves. */
  readonly expired: boolean;
}

export interface ProductBatches {
  /** `YYYY-MM-DD`, by which it was decided what has expired. */
  readonly today: string;
  /** In the order in which they are sold; at the end the last ten of which nothing is left. */
  readonly batches: readonly BatchRow[];
  /** What is there without anybody having said of which batch. */
  readonly withoutBatch: Milli;
}

/** What a form changes of a batch. */
export interface BatchChanges {
  readonly expiry?: string | null;
  readonly cost?: Minor | null;
}

export interface ExpiringRow {
  /** The batch. */
  readonly id: Id;
  readonly product: Id;
  readonly name: string;
  readonly code: string;
  readonly unit: string;
  readonly lot: string;
  readonly expiry: string;
  readonly expired: boolean;
  readonly onHand: Milli;
  /** What it cost the shop; `null` where nobody said. */
  readonly worth: Minor | null;
}

export interface ExpiringGoods {
  /** `YYYY-MM-DD` */
  readonly today: string;
  readonly rows: readonly ExpiringRow[];
}

export interface WrittenOff {
  /** Made by the UI: asking twice writes off once. */
  readonly id: Id;
  readonly product: Id;
  readonly batch: Id | null;
  /** How much goes, as a positive number. */
  readonly quantity: Milli;
  readonly reason: "expire" | "damage";
  readonly note?: string;
}
