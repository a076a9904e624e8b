import { useCallback } from "react";
import { useBackend } from "../../sync/context";
import { useAsked } from "../../sync/use-asked";
import { useQuery } from "../../sync/use-query";

/** What a conflict is about may change while it is looked at. */
const EVERY_MS = 2000;

/** The cards of the open or the resolved conflicts; `null` until they are known. */
export function useConflicts(status: "open" | "resolved") {
  const backend = useBackend();
  const changed = useQuery({
    collection: "conflicts",
    filter: [{ field: "status", op: "eq", value: status }],
    sort: { field: "raised_at", desc: true },
    limit: 200,
    fields: ["raised_at", "theirs", "mine"],
  });
  const ask = useCallback(() => backend.conflicts(status), [backend, status]);
  const { value: cards, refresh } = useAsked(ask, changed, EVERY_MS);
  return { cards, refresh };
}
