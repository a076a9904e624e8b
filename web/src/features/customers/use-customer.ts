import { useCallback } from "react";
import type { Customer, CustomerCredit, Id, OverdueRow, Query } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useAsked } from "../../sync/use-asked";
import { useQuery } from "../../sync/use-query";
import { useStatusPart } from "../../sync/use-status";

/** Those who still buy here. */
export function customerQuery(search: string): Query {
  return {
    collection: "customers",
    filter: [{ field: "archived", op: "eq", value: false }],
    ...(search.trim() === "" ? {} : { search: search.trim() }),
    sort: { field: "name" },
  };
}

/** One customer as they are now; `null` while nobody is chosen or known. */
export function useCustomer(id: Id | null): Customer | null {
  const found = useQuery<Customer>({ collection: "customers", filter: [{ field: "id", op: "eq", value: id }], limit: 1 });
  return id === null ? null : (found?.items[0] ?? null);
}

/** What somebody owes and may still owe; `null` until it is known. */
export function useCredit(customer: Customer): { readonly credit: CustomerCredit | null; readonly refresh: () => Promise<void> } {
  const backend = useBackend();
  const online = useStatusPart((status) => status.connection.state === "online");
  const ask = useCallback(() => backend.customerCredit(customer.id), [backend, customer.id]);
  const changed = [customer.version, customer.pending, customer.credit_balance, customer.credit_limit, online].join("/");
  const { value, refresh } = useAsked(ask, changed);
  return { credit: value, refresh };
}

/** What is late also depends on the day, and on whoever pays elsewhere. */
const AGAIN_MS = 5000;

/** Who should have paid by now; `null` until it is known. */
export function useOverdue(): readonly OverdueRow[] | null {
  const backend = useBackend();
  return useAsked(useCallback(() => backend.overdueCredit(), [backend]), null, AGAIN_MS).value;
}
