/** Customers, and what they owe. */
import type { Doc, EpochMs, Minor } from "./backend";

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
