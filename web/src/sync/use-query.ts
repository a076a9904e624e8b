import { useMemo, useSyncExternalStore } from "react";
import type { Doc, Query, QueryResult } from "./backend";
import { useBackend } from "./context";
import { LiveQuery } from "./live-query";

/** A live query; `null` until the first answer. */
export function useQuery<D extends Doc = Doc>(query: Query): QueryResult<D> | null {
  const backend = useBackend();
  const key = JSON.stringify(query);
  const live = useMemo(() => new LiveQuery<D>(backend, JSON.parse(key) as Query), [backend, key]);
  return useSyncExternalStore(live.subscribe, live.snapshot);
}
