import { useMemo, useRef, useSyncExternalStore } from "react";
import type { Doc, Query } from "./backend";
import { useBackend } from "./context";
import { WindowQuery } from "./window-query";

/** A long live list; keeps showing the last answer until that of a changed query is there. */
export function useWindow<D extends Doc = Doc>(query: Query, pageSize = 60): WindowQuery<D> {
  const backend = useBackend();
  const key = JSON.stringify(query);
  const next = useMemo(() => new WindowQuery<D>(backend, JSON.parse(key) as Query, pageSize), [backend, key, pageSize]);
  useSyncExternalStore(next.subscribe, next.revision);
  const shown = useRef(next);
  if (next.total !== null) shown.current = next;
  return shown.current;
}
