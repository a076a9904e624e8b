/** Records that screens read and forms change, with fields as `retail` names them. */
import type { BasisPoints, Doc, EpochMs, Id, Milli, Minor, Role } from "./backend";

export interface ProductFields {
  readonly name: string;
  /** The shop's own code (SKU), case-sensitive. */
  readonly code: string;
  readonly barcode: string | null;
  readonly category: Id | null;
  readonly price: Minor;
  readonly cost: Minor | null;
  readonly tax_rate: BasisPoints;
  /** Name of the unit: `pc`, `kg`, … */
  readonly unit: string;
  /** False: a service or a fee, no stock is kept. */
  readonly stocked: boolean;
  readonly reorder_level: Milli | null;
  readonly archived: boolean;
  /** Only with `include: ["stock"]`. */
  readonly on_hand?: Milli | null;
}
export type Product = Doc<ProductFields>;

export interface CategoryFields {
  readonly name: string;
  readonly position: number;
  /** A place in the palette of the theme, from 1 on; without one the position decides. */
  readonly colour?: number | null;
  /** Out of use; products may still refer to it. */
  readonly archived?: boolean | null;
}
export type Category = Doc<CategoryFields>;

/** What the list of sales asks for through `fields`. */
export interface SaleSummaryFields {
  readonly number: string;
  readonly sold_at: EpochMs;
  readonly employee: Id | null;
  readonly employee_name: string | null;
  readonly total: Minor;
}
export type SaleSummary = Doc<SaleSummaryFields>;

export interface RefundSummaryFields {
  readonly number: string;
  readonly sale: Id | null;
  readonly refunded_at: EpochMs;
  readonly employee_name: string | null;
  readonly reason: string;
  readonly total: Minor;
}
export type RefundSummary = Doc<RefundSummaryFields>;

export interface EmployeeFields {
  readonly name: string;
  readonly role: Role;
  readonly active: boolean;
  readonly email: string | null;
}
export type Employee = Doc<EmployeeFields>;

export interface HeldSaleFields {
  /** The till that holds it, and alone may give it back. */
  readonly device?: Id;
  readonly label: string;
  readonly held_at: EpochMs;
  readonly employee_name: string | null;
  readonly total: Minor;
  readonly line_count: number;
}
export type HeldSale = Doc<HeldSaleFields>;

/** What a form changes of the shop. */
export interface ShopSettings {
  /** How much a till lends one customer while the main server is away; `null`: as where nobody said. */
  readonly offline_credit: Minor | null;
  /** Who ends it when two devices changed the same thing; `null`: as where nobody said, by hand. */
  readonly resolve_conflicts: "by_hand" | "device_priority" | null;
}
export type SettingsChanges = Partial<ShopSettings>;
export type ShopRecord = Doc<ShopSettings>;

/** Fields of a product a form may change; a form sends only what differs from what it showed. */
export type ProductChanges = Partial<Omit<ProductFields, "archived" | "on_hand">>;

/** A form to make a product. */
export type NewProduct = Omit<ProductFields, "archived" | "on_hand">;

export type CategoryChanges = Partial<CategoryFields>;

export type EmployeeChanges = Partial<EmployeeFields>;

/** What a form changes of a batch. */
export interface BatchChanges {
  readonly expiry?: string | null;
  readonly cost?: Minor | null;
}
