/** A till's drawer, from the float it begins with to its Z report. */
import type { EpochMs, Id, Minor } from "./backend";

export interface DrawerState {
  /** `null`: no drawer is open here, and sales belong to none. */
  readonly open: OpenDrawer | null;
  /** What coins and notes there are, the largest first. */
  readonly coins: readonly Minor[];
  /** What other tills have open, for whoever may take it over. */
  readonly elsewhere: readonly OpenElsewhere[];
}

/** What another till has open: a drawer, held sales, or both. */
export interface OpenElsewhere {
  readonly device: Id;
  /** What people call the till, such as `T03`; `null`: it is not known. */
  readonly till: string | null;
  /** `null`: no drawer is open there. */
  readonly openedAt: EpochMs | null;
  readonly openedBy: string | null;
  readonly held: number;
}

export interface OpenDrawer {
  readonly id: Id;
  readonly openedAt: EpochMs;
  readonly openedBy: string | null;
  readonly float: Minor;
}

export interface CashMove {
  /** Made by the UI: asking twice moves it once. */
  readonly id: Id;
  readonly kind: "add" | "payout";
  readonly amount: Minor;
  readonly reason: string;
}

/** How often one coin or note is there. */
export interface CashCount {
  readonly value: Minor;
  readonly count: number;
}

export interface DrawerCount {
  readonly expected: Minor;
  readonly counted: Minor;
  /** Counted less expected. */
  readonly difference: Minor;
}

export interface CloseDrawer {
  readonly session: Id;
  readonly counts: readonly CashCount[];
  /** Needed where the count is not what should be there. */
  readonly reason: string | null;
}

/** What went through a drawer, with the names that records have. */
export interface DrawerTotals {
  readonly sales: number;
  readonly sales_total: Minor;
  readonly refunds: number;
  readonly refunds_total: Minor;
  readonly cash_sales: Minor;
  readonly cash_refunds: Minor;
  readonly card_sales: Minor;
  readonly card_refunds: Minor;
  readonly credit_sales: Minor;
  readonly credit_refunds: Minor;
  readonly credit_paid: Minor;
  readonly cash_in: Minor;
  readonly cash_out: Minor;
}

export interface DrawerReport {
  readonly session: Id;
  readonly shop: string;
  readonly till: string;
  readonly openedAt: EpochMs | null;
  readonly openedBy: string | null;
  readonly float: Minor;
  /** What the till knew when it closed the drawer; what is known now, of one that is open. */
  readonly totals: DrawerTotals;
  readonly expected: Minor;
  /** What came afterwards is in here too: the report itself stays. `null`: nothing came. */
  readonly amended: { readonly totals: DrawerTotals; readonly expected: Minor } | null;
  /** `null`: the drawer is open, and this is an X report. */
  readonly closing: {
    readonly number: number;
    readonly at: EpochMs;
    readonly by: string | null;
    readonly counted: Minor;
    readonly difference: Minor;
    readonly reason: string | null;
    readonly counts: readonly CashCount[];
  } | null;
  readonly moves: readonly {
    readonly id: Id;
    /** `no_sale`: no cash moved, the drawer was opened. */
    readonly kind: "add" | "payout" | "no_sale";
    readonly amount: Minor;
    readonly reason: string;
    readonly at: EpochMs;
    readonly by: string | null;
  }[];
  /** True until the master has confirmed it. */
  readonly pending: boolean;
}
