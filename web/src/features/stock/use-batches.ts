import { useCallback } from "react";
import type { Doc, Id } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useAsked } from "../../sync/use-asked";
import { useQuery } from "../../sync/use-query";

/** The list of what expires also depends on stock and the day: it is looked at again so often. */
const AGAIN_MS = 5000;

/** The batches of a product and what is left of each; `null` until they are known. */
export function useBatches(product: Id) {
  const backend = useBackend();
  const filter = [{ field: "product", op: "eq", value: product }] as const;
  const levels = useQuery<Doc<{ on_hand?: number }>>({ collection: "stock_levels", filter });
  const known = useQuery<Doc<{ expiry?: string }>>({ collection: "batches", filter });
  const ask = useCallback(() => backend.batches(product), [backend, product]);
  const changed = [
    ...(levels?.items ?? []).map((each) => `${each.id}:${String(each.on_hand)}`),
    ...(known?.items ?? []).map((each) => `${each.id}:${String(each.version)}:${String(each.pending)}:${String(each.expiry)}`),
  ].join();
  const { value, refresh } = useAsked(ask, changed);
  return { batches: value, refresh };
}

/** What expires within so many days; `null` until it is known. */
export function useExpiring(days: number) {
  const backend = useBackend();
  const ask = useCallback(() => backend.expiring(days), [backend, days]);
  const { value, refresh } = useAsked(ask, days, AGAIN_MS);
  return { goods: value, refresh };
}

/** How many days are left from one day to another, both `YYYY-MM-DD`. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}
