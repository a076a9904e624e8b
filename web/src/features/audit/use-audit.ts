import { useEffect, useMemo, useSyncExternalStore } from "react";
import type { AuditQuery } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { AuditList } from "./audit-list";

/** What others do shows up within so many milliseconds. */
const EVERY_MS = 2000;

/** The entries that a query finds, followed while the page is in sight and the master is there. */
export function useAudit(query: AuditQuery, online: boolean, atTop: boolean): AuditList {
  const backend = useBackend();
  const key = JSON.stringify(query);
  const list = useMemo(() => new AuditList(backend, JSON.parse(key) as AuditQuery), [backend, key]);
  useSyncExternalStore(list.subscribe, list.revision);
  useEffect(() => {
    if (online) void list.load();
  }, [list, online]);
  useEffect(() => {
    if (!online) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void list.follow(atTop);
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [list, online, atTop]);
  return list;
}
