import type { HeldSale, Id, Query, QueryResult } from "../../sync/backend";
import { useQuery } from "../../sync/use-query";
import { useStatusPart } from "../../sync/use-status";

/** What a till holds, newest first. Another one's held sales are its own: taking one back here would be refused. */
export function heldSales(device: Id | null): Query {
  return {
    collection: "held_sales",
    filter: device === null ? [] : [{ field: "device", op: "eq", value: device }],
    sort: { field: "held_at", desc: true },
    limit: 100,
  };
}

/** The held sales of this till; `null` until they are known. */
export function useHeldSales(): QueryResult<HeldSale> | null {
  return useQuery<HeldSale>(heldSales(useStatusPart((status) => status.device?.id ?? null)));
}
