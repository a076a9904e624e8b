import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { Doc, Query } from "./backend";
import { useBackend } from "./context";
import { WindowQuery } from "./window-query";

/** A long live list; keeps showing the last answer until that of a changed query is there. */
export function useWindow<D extends Doc = Doc>(query: Query, pageSize = 60): WindowQuery<D> {
  const backend = useBackend();
  const key = JSON.stringify(query);
  const next = useMemo(() => new WindowQuery<D>(backend, JSON.parse(key) as Query, pageSize), [backend, key, pageSize]);
  const [shown, setShown] = useState(next);
  useSyncExternalStore(next.subscribe, next.revision);
  useSyncExternalStore(shown.subscribe, shown.revision);
  const ready = next.total !== null;
  useEffect(() => {
    if (ready) setShown(next);
  }, [ready, next]);
  return ready ? next : shown;
}
