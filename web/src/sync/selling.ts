/** Receipts, and what forms change. */
import type { CategoryFields, EmployeeFields, EpochMs, Id, Milli, Minor, PaymentInput, ProductFields, TaxLine } from "./backend";

export interface ReceiptLine {
  readonly id: Id;
  readonly name: string;
  readonly code: string;
  readonly quantity: Milli;
  readonly unit: string;
  readonly unitPrice: Minor;
  readonly discount: Minor;
  readonly total: Minor;
}

export interface ReceiptView {
  readonly kind: "sale" | "refund";
  readonly id: Id;
  readonly number: string;
  readonly shop: string;
  readonly addressLines: readonly string[];
  readonly till: string;
  readonly cashier: string | null;
  readonly at: EpochMs;
  readonly lines: readonly ReceiptLine[];
  readonly subtotal: Minor;
  readonly discount: Minor;
  readonly tax: readonly TaxLine[];
  readonly taxIncluded: boolean;
  readonly rounding: Minor;
  readonly total: Minor;
  readonly payments: readonly { readonly method: PaymentInput["method"]; readonly amount: Minor }[];
  readonly change: Minor;
  readonly footer: string | null;
  /** True until the master has confirmed it. */
  readonly pending: boolean;
  /** Derived from its refunds; `none` for a refund. */
  readonly refunded: "none" | "partly" | "fully";
  readonly refunds: readonly { readonly id: Id; readonly number: string; readonly at: EpochMs; readonly total: Minor; readonly reason: string }[];
  /** A refund's own sale, where there is one. */
  readonly sale: { readonly id: Id; readonly number: string } | null;
  readonly reason: string | null;
}

/** Fields of a product a form may change; a form sends only what differs from what it showed. */
export type ProductChanges = Partial<Omit<ProductFields, "archived" | "on_hand">>;

/** A form to make a product. */
export type NewProduct = Omit<ProductFields, "archived" | "on_hand">;

export type CategoryChanges = Partial<CategoryFields>;

export type EmployeeChanges = Partial<EmployeeFields>;
