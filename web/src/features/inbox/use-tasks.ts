import { useCallback } from "react";
import { useBackend } from "../../sync/context";
import { useAsked } from "../../sync/use-asked";
import { useQuery } from "../../sync/use-query";

/** The open or the closed tasks; `null` until they are known. */
export function useTasks(open: boolean) {
  const backend = useBackend();
  const changed = useQuery({
    collection: "tasks",
    filter: [{ field: "status", op: "eq", value: open ? "open" : "closed" }],
    sort: { field: "raised_at", desc: true },
    limit: 500,
    fields: ["raised_at", "count"],
  });
  const ask = useCallback(() => backend.tasks(open), [backend, open]);
  const { value: tasks, refresh } = useAsked(ask, changed);
  return { tasks, refresh };
}
