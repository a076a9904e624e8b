import { useEffect, useRef } from "react";
import { t } from "../i18n";
import type { SyncBackend } from "../sync/backend";
import { useBackend } from "../sync/context";
import { useStatusPart } from "../sync/use-status";
import { notifyDone } from "./toast";

/** Says what a manager calls this device from now on, and "Sent 3 sales" when what was made without the server has gone out. */
export function SyncToasts() {
  const backend = useBackend();
  const pending = useStatusPart((status) => status.pending);
  const online = useStatusPart((status) => status.connection.state === "online");
  const name = useStatusPart((status) => status.device?.name ?? null);
  const away = useRef(0);
  const called = useRef(name);
  useEffect(() => {
    if (called.current !== null && name !== null && called.current !== name) notifyDone(t.frame.renamed(name));
    called.current = name;
  }, [name]);
  useEffect(() => {
    if (!online) {
      away.current = Math.max(away.current, pending);
    } else if (pending === 0 && away.current > 0) {
      void sent(backend, away.current).then(notifyDone);
      away.current = 0;
    }
  }, [backend, online, pending]);
  return null;
}

/** The last entries of the queue in words: as sales where there are any among them. */
async function sent(backend: SyncBackend, entries: number): Promise<string> {
  const rows = await backend.outbox().catch(() => []);
  const last = rows.toSorted((a, b) => b.seq - a.seq).slice(0, entries);
  const sales = last.filter((row) => row.name === "complete_sale").length;
  return sales > 0 ? t.frame.sentSales(sales) : t.frame.sent(entries);
}
