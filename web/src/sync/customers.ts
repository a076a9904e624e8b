/** Customers, and what they owe. */
import type { Doc, EpochMs, Id, Minor } from "./backend";

export interface CustomerFields {
  readonly name: string;
  readonly phone: string | null;
  readonly email: string | null;
  readonly address: readonly string[];
  readonly notes: string | null;
  /** How much they may owe; `null`: they pay at once. */
  readonly credit_limit: Minor | null;
}

/** What a form sends: only what differs from what it showed. */
export type CustomerChanges = Partial<CustomerFields>;

/** A customer with what is derived for them. */
export type Customer = Doc<
  CustomerFields & {
    readonly archived: boolean;
    readonly total_spent: Minor | null;
    readonly total_orders: number | null;
    readonly last_order_at: EpochMs | null;
    readonly credit_balance: Minor | null;
  }
>;

export interface CustomerCredit {
  readonly limit: Minor;
  readonly balance: Minor;
  /** What this till may still lend; less while the main server is away. */
  readonly left: Minor;
  readonly entries: readonly {
    readonly id: Id;
    readonly kind: "charge" | "payment" | "adjust" | "write_off";
    /** What the balance changes by: below zero it goes down. */
    readonly amount: Minor;
    readonly sale: Id | null;
    readonly number: string | null;
    /** `YYYY-MM-DD` */
    readonly due: string | null;
    readonly method: "cash" | "card" | null;
    readonly at: EpochMs;
    readonly note: string | null;
    readonly pending: boolean;
  }[];
}

/** Somebody who should have paid by now. */
export interface OverdueRow {
  readonly id: Id;
  readonly name: string;
  readonly phone: string | null;
  readonly email: string | null;
  readonly balance: Minor;
  /** What of it is late. */
  readonly overdue: Minor;
  /** `YYYY-MM-DD`; `null`: longer ago than this till knows. */
  readonly since: string | null;
}

export interface CreditPayment {
  /** Made by the UI: asking twice pays once. */
  readonly id: Id;
  readonly customer: Id;
  readonly amount: Minor;
  readonly method: "cash" | "card";
}

export interface CreditCorrection {
  readonly id: Id;
  readonly customer: Id;
  /** A correction may be below zero: they owe less. */
  readonly kind: "adjust" | "write_off";
  readonly amount: Minor;
  readonly note: string;
}
