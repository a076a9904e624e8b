import { useCallback } from "react";
import type { Doc, Query } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useAsked } from "../../sync/use-asked";
import { useQuery } from "../../sync/use-query";
import { useStatusPart } from "../../sync/use-status";

const REPORTS: Query = { collection: "shift_closings", sort: { field: "closed_at", desc: true }, fields: ["number"], limit: 100 };

const OPEN: Query = { collection: "drawer_sessions", filter: [{ field: "status", op: "eq", value: "open" }], fields: ["device"] };
const HELD: Query = { collection: "held_sales", fields: ["device"] };

function useSessions() {
  const device = useStatusPart((status) => status.device?.id ?? null);
  return useQuery<Doc<{ readonly sales?: number }>>({
    collection: "drawer_sessions",
    filter: [
      { field: "device", op: "eq", value: device },
      { field: "status", op: "eq", value: "open" },
    ],
    limit: 1,
  });
}

/** Whether this till's drawer is open. */
export function useOpenDrawer(): boolean {
  return (useSessions()?.total ?? 0) > 0;
}

/** This till's drawer and what is open elsewhere; `null` until it is known. */
export function useDrawer() {
  const backend = useBackend();
  const ask = useCallback(() => backend.drawer(), [backend]);
  const own = useSessions();
  const open = useQuery(OPEN);
  const held = useQuery(HELD);
  const ids = [open, held].map((each) => each?.items.map((item) => item.id).join()).join("/");
  const { value, refresh } = useAsked(ask, `${JSON.stringify(own)} ${ids}`);
  return { drawer: value, refresh };
}

/** The last Z reports of all tills; `null` until they are known. They change where something comes late. */
export function useDrawerReports() {
  const backend = useBackend();
  const closings = useQuery(REPORTS);
  const sessions = useQuery({ collection: "drawer_sessions", filter: [{ field: "status", op: "eq", value: "closed" }], sort: { field: "opened_at", desc: true }, limit: 100 });
  const ask = useCallback(() => backend.drawerReports(), [backend]);
  const { value, refresh } = useAsked(ask, [closings, sessions].map((each) => each?.items.map((item) => item.version).join()).join("/"));
  return { reports: value, refresh };
}
