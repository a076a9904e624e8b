/** What is sold, paid, given back and edited: the shapes behind `backend.ts`. */
import type {
  Approval,
  BasisPoints,
  CategoryFields,
  EmployeeFields,
  EpochMs,
  Id,
  Milli,
  Minor,
  Permission,
  Product,
  ProductFields,
} from "./backend";

// ---------------------------------------------------------------------------------------------
// Cart and sale

export type Discount =
  | { readonly kind: "percent"; readonly rate: BasisPoints }
  | { readonly kind: "amount"; readonly amount: Minor };

/** A line is a snapshot of the product as it was when it entered the cart. */
export interface CartLine {
  /** Unique in the cart; made by the UI. */
  readonly id: Id;
  readonly product: Id;
  readonly code: string;
  readonly name: string;
  readonly unit: string;
  readonly quantity: Milli;
  /** The price asked; differs from `listPrice` after an override. */
  readonly unitPrice: Minor;
  readonly listPrice: Minor;
  readonly taxRate: BasisPoints;
  readonly discount: Discount | null;
  /** The lot that a GS1 code or a person named; `null`: whatever expires first. */
  readonly batch: string | null;
  /** From a GS1 code or the batch, `YYYY-MM-DD`. */
  readonly expiry: string | null;
}

export interface Cart {
  /** Becomes the id of the sale: completing the same cart twice makes one sale. */
  readonly id: Id;
  readonly lines: readonly CartLine[];
  readonly discount: Discount | null;
  readonly customer: Id | null;
  readonly approvals: readonly Approval[];
}

export interface PricedLine {
  readonly id: Id;
  /** Quantity × price, rounded once. */
  readonly gross: Minor;
  /** The line's own discount, as a positive number. */
  readonly discount: Minor;
  /** Gross less own discount; the order discount is not in it. */
  readonly total: Minor;
}

export interface TaxLine {
  readonly rate: BasisPoints;
  readonly net: Minor;
  readonly tax: Minor;
  readonly gross: Minor;
}

/** Something in the cart that the person logged in may not do alone. */
export interface OverrideNeed {
  readonly permission: Permission;
  /** `null`: the whole order. */
  readonly line: Id | null;
  readonly reason: string;
}

/** Which batches a line would be taken from now. */
export interface TakenBatches {
  readonly line: Id;
  readonly of: readonly {
    /** `null`: of none that is known here. */
    readonly lot: string | null;
    readonly expiry: string | null;
    readonly quantity: Milli;
    readonly expired: boolean;
  }[];
  /** All that is there of the product has expired. */
  readonly onlyExpired: boolean;
}

export interface PricedCart {
  readonly lines: readonly PricedLine[];
  /** Sum of the lines' totals. */
  readonly subtotal: Minor;
  /** The order discount, as a positive number. */
  readonly discount: Minor;
  readonly tax: readonly TaxLine[];
  readonly taxTotal: Minor;
  readonly total: Minor;
  /** What is asked when all of it is paid in cash. */
  readonly cashTotal: Minor;
  readonly units: Milli;
  /** Empty: may be completed by whom is logged in (approvals of the cart counted). */
  readonly needs: readonly OverrideNeed[];
  /** Of the lines whose product has batches. */
  readonly batches: readonly TakenBatches[];
}

/** What was handed over. Cash is what the customer gave; change is computed behind the door. */
export type PaymentInput =
  | { readonly method: "cash"; readonly tendered: Minor }
  | { readonly method: "card"; readonly amount: Minor }
  /** Owed by the customer of the cart. */
  | { readonly method: "credit"; readonly amount: Minor };

/** Where a split payment stands. */
export interface Settlement {
  readonly total: Minor;
  /** Rounding of the cash part, signed. */
  readonly rounding: Minor;
  readonly paid: Minor;
  /** Still to pay if the rest is paid by card; 0 when settled. */
  readonly remaining: Minor;
  /** Still to pay if the rest is paid in cash (rounded). */
  readonly remainingCash: Minor;
  readonly change: Minor;
  readonly complete: boolean;
  /** Notes and sums a customer is likely to hand over for the rest, ascending. */
  readonly suggestions: readonly Minor[];
}

export interface CompletedSale {
  readonly saleId: Id;
  readonly change: Minor;
  readonly receipt: ReceiptView;
}

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

export type ScanResult =
  | {
      readonly kind: "product";
      readonly product: Product;
      /** From a weight-embedded code, else 1000. */
      readonly quantity: Milli;
      /** From a price-embedded code, else the product's price. */
      readonly unitPrice: Minor;
      readonly batch: string | null;
      readonly expiry: string | null;
    }
  | { readonly kind: "unknown"; readonly code: string }
  /** The text is a code whose check digit is wrong, or cannot be read at all. */
  | { readonly kind: "unreadable"; readonly code: string }
  | { readonly kind: "archived"; readonly code: string; readonly name: string };

// ---------------------------------------------------------------------------------------------
// Refunds

export interface RefundableSale {
  readonly saleId: Id;
  readonly number: string;
  readonly soldAt: EpochMs;
  readonly total: Minor;
  readonly lines: readonly {
    readonly id: Id;
    readonly name: string;
    readonly unit: string;
    readonly sold: Milli;
    readonly refundable: Milli;
    readonly unitPrice: Minor;
    readonly total: Minor;
    /** Of which batch it is, and goes back to. */
    readonly lot: string | null;
    readonly expiry: string | null;
  }[];
}

export interface RefundInput {
  /** Id of the refund, made by the UI: asking twice makes one refund. */
  readonly id: Id;
  /** `null`: without receipt. */
  readonly saleId: Id | null;
  readonly lines: readonly (
    | { readonly kind: "sale_line"; readonly line: Id; readonly quantity: Milli }
    | { readonly kind: "product"; readonly product: Id; readonly quantity: Milli; readonly unitPrice: Minor }
  )[];
  /** Goods go back on the shelf. */
  readonly restock: boolean;
  readonly reason: string;
  /** `null`: back the way it was paid. */
  readonly method: "cash" | "card" | null;
  readonly approvals: readonly Approval[];
}

export interface RefundQuote {
  readonly total: Minor;
  readonly taxTotal: Minor;
  readonly payments: readonly { readonly method: PaymentInput["method"]; readonly amount: Minor }[];
  readonly needs: readonly OverrideNeed[];
}

// ---------------------------------------------------------------------------------------------
// Editing

/** Fields of a product a form may change; a form sends only what differs from what it showed. */
export type ProductChanges = Partial<Omit<ProductFields, "archived" | "on_hand">>;

/** A form to make a product. */
export type NewProduct = Omit<ProductFields, "archived" | "on_hand">;

export type CategoryChanges = Partial<CategoryFields>;

/** A part of a file of products: the cells as text, as they stand in it. */
export interface ImportPart {
  readonly header: readonly string[];
  readonly lines: readonly { readonly line: number; readonly cells: readonly string[] }[];
}

export interface ImportedLine {
  /** Its number in the file, counted from 1. */
  readonly line: number;
  readonly state: "new" | "changed" | "unchanged" | "bad";
  readonly code: string | null;
  readonly name: string | null;
  /** Why a bad line is one. */
  readonly reason: string | null;
}

export type EmployeeChanges = Partial<EmployeeFields>;

export interface SaveEmployee {
  /** Made by the UI for a new one. */
  readonly id: Id;
  /** The fields as the form showed them; `null` for a new employee. */
  readonly seen: EmployeeFields | null;
  readonly changes: EmployeeChanges;
  /** A new PIN, 4 to 8 digits. Needs the master. */
  readonly pin: string | null;
}
