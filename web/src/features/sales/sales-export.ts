import { decimal } from "../../lib/money";
import type { Doc, Id, ShopInfo } from "../../sync/backend";
import type { Sheet } from "../../ui/export-button";

interface Totals {
  readonly number: string;
  readonly employee_name: string | null;
  readonly paid_by: string;
  readonly units: number;
  readonly discount: number;
  readonly tax_total: number;
  readonly total: number;
}

type SaleRow = Doc<Totals & { readonly sold_at: number }>;
type RefundRow = Doc<Totals & { readonly refunded_at: number; readonly sale: Id | null; readonly sale_number: string | null; readonly reason: string }>;

const TOTALS = ["number", "employee_name", "paid_by", "units", "discount", "tax_total", "total"];

/** A line per sale, for a spreadsheet. */
export const SALE_EXPORT: Sheet = {
  file: "sales.csv",
  fields: [...TOTALS, "sold_at"],
  header: ["number", "sold_at", "served_by", "paid_by", "units", "discount", "tax", "total"],
  cells: (row, shop) => {
    const sale = row as SaleRow;
    return [sale.number, new Date(sale.sold_at).toISOString(), ...sums(sale, shop)];
  },
};

/** A line per refund; amounts are what went back. */
export const REFUND_EXPORT: Sheet = {
  file: "refunds.csv",
  fields: [...TOTALS, "refunded_at", "sale_number", "reason"],
  header: ["number", "refunded_at", "sale", "reason", "served_by", "paid_by", "units", "discount", "tax", "total"],
  cells: (row, shop) => {
    const refund = row as RefundRow;
    return [refund.number, new Date(refund.refunded_at).toISOString(), refund.sale_number ?? "", refund.reason, ...sums(refund, shop)];
  },
};

function sums(row: Totals, shop: ShopInfo): readonly string[] {
  const money = (value: number) => decimal(value, shop.exponent);
  return [row.employee_name ?? "", row.paid_by, decimal(row.units, 3), money(row.discount), money(row.tax_total), money(row.total)];
}
