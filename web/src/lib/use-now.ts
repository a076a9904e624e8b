import { useEffect, useState } from "react";
import type { EpochMs } from "../sync/backend";

/** The time, redrawn every `everyMs` while `active`. */
export function useNow(everyMs = 1000, active = true): EpochMs {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!active) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, active]);
  return now;
}
