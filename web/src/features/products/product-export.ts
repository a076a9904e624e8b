import { decimal, formatRate } from "../../lib/money";
import type { Id, Product } from "../../sync/backend";
import type { Sheet } from "../../ui/export-button";

/** The columns as an import reads them: what was exported can be changed and taken in again. */
export function productExport(categories: ReadonlyMap<Id, string>): Sheet {
  return {
    file: "products.csv",
    header: ["code", "name", "barcode", "category", "price", "cost", "tax_rate", "unit", "stocked", "stock"],
    cells: (row, shop) => {
      const product = row as Product;
      const cost = product.cost ?? null;
      return [
        product.code,
        product.name,
        product.barcode ?? "",
        categories.get(product.category ?? "") ?? "",
        decimal(product.price, shop.exponent),
        cost === null ? "" : decimal(cost, shop.exponent),
        formatRate(product.tax_rate).replace(" %", ""),
        product.unit,
        product.stocked ? "yes" : "no",
        product.stocked && typeof product.on_hand === "number" ? decimal(product.on_hand, 3) : "",
      ];
    },
  };
}
