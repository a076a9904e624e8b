import { useRef, useState } from "react";
import { t } from "../../i18n";
import { downloadCsv } from "../../lib/csv";
import { decimal, formatRate } from "../../lib/money";
import type { Id, Product, Query } from "../../sync/backend";
import { useBackend, useShop } from "../../sync/context";
import { toBackendError } from "../../sync/backend-error";
import { notifyDone, notifyProblem } from "../../ui/toast";

const CHUNK = 1000;

/** Writes what the list shows, all of it, as CSV; a piece at a time, so that the screen stays alive. */
export function useProductExport(query: Query, categories: ReadonlyMap<Id, string>) {
  const backend = useBackend();
  const shop = useShop();
  const [progress, setProgress] = useState<number | null>(null);
  const cancelled = useRef(false);

  const start = async () => {
    cancelled.current = false;
    setProgress(0);
    try {
      const rows: (readonly string[])[] = [];
      for (let total = 1; rows.length < total; ) {
        const page = await backend.query({ ...query, offset: rows.length, limit: CHUNK });
        if (page.items.length === 0) break;
        total = page.total;
        for (const product of page.items as readonly Product[]) rows.push(cells(product, categories, shop.exponent));
        setProgress(Math.round((rows.length / total) * 100));
        if (cancelled.current) return;
      }
      downloadCsv("products.csv", HEADER, rows);
      notifyDone(t.products.exported(rows.length.toLocaleString(shop.locale)));
    } catch (thrown) {
      notifyProblem(toBackendError(thrown).message);
    } finally {
      setProgress(null);
    }
  };
  return {
    progress,
    start,
    cancel: () => {
      cancelled.current = true;
    },
  };
}

const HEADER = [
  t.products.code,
  t.products.name,
  t.products.barcode,
  t.products.category,
  t.products.price,
  t.products.tax,
  t.products.unit,
  t.products.stock,
];

function cells(product: Product, categories: ReadonlyMap<Id, string>, exponent: number): readonly string[] {
  return [
    product.code,
    product.name,
    product.barcode ?? "",
    categories.get(product.category ?? "") ?? "",
    decimal(product.price, exponent),
    formatRate(product.tax_rate),
    product.unit,
    typeof product.on_hand === "number" ? decimal(product.on_hand, 3) : "",
  ];
}
