import { useCallback } from "react";
import type { Customer, CustomerCredit, Id, OverdueRow, Query } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useAsked } from "../../sync/use-asked";
import { useStatusPart } from "../../sync/use-status";

/** What others change of the customer that is chosen shows up after so long. */
const WHILE_CHOSEN_MS = 1000;

/** Those who still buy here. */
export function customerQuery(search: string): Query {
  return {
    collection: "customers",
    filter: [{ field: "archived", op: "eq", value: false }],
    ...(search.trim() === "" ? {} : { search: search.trim() }),
    sort: { field: "name" },
  };
}

/** One customer as they are now; `null` while nobody is chosen or known. Queries know no id. */
export function useCustomer(id: Id | null): Customer | null {
  const backend = useBackend();
  const pending = useStatusPart((status) => status.pending);
  const ask = useCallback(() => (id === null ? Promise.resolve(null) : backend.get("customers", id)), [backend, id]);
  const { value } = useAsked(ask, pending, id === null ? null : WHILE_CHOSEN_MS);
  return value?.id === id ? (value as Customer | null) : null;
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
