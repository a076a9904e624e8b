import { useEffect, useRef } from "react";
import { t } from "../i18n";
import { useStatus } from "../sync/use-status";
import { notifyDone } from "./toast";

/** Says "Sent 3 sales" when what was made without the server has gone out. */
export function SyncToasts() {
  const { connection, pending } = useStatus();
  const away = useRef(0);
  const online = connection.state === "online";
  useEffect(() => {
    if (!online) {
      away.current = Math.max(away.current, pending);
    } else if (pending === 0 && away.current > 0) {
      notifyDone(t.frame.sentSales(away.current));
      away.current = 0;
    }
  }, [online, pending]);
  return null;
}
