import { useCallback, useEffect, useState } from "react";

/**
 * What a call answers, asked again whenever `changed` is another one, and every few milliseconds of
 * `everyMs` where it depends on more than that. `null` until it is known.
 */
export function useAsked<T>(ask: () => Promise<T>, changed: unknown, everyMs: number | null = null) {
  const [shown, setShown] = useState<{ readonly text: string; readonly value: T } | null>(null);
  const refresh = useCallback(async () => {
    const value = await ask();
    const text = JSON.stringify(value);
    // What looks the same stays as it is, and so does what was picked on it.
    setShown((last) => (last?.text === text ? last : { text, value }));
  }, [ask]);
  useEffect(() => {
    const read = () => {
      if (document.visibilityState !== "visible") return;
      // Asked again soon; a till that cannot answer says so elsewhere.
      refresh().catch(() => undefined);
    };
    read();
    // What was not asked in a hidden page is asked once it is seen.
    document.addEventListener("visibilitychange", read);
    const timer = everyMs === null ? null : setInterval(read, everyMs);
    return () => {
      document.removeEventListener("visibilitychange", read);
      if (timer !== null) clearInterval(timer);
    };
  }, [refresh, changed, everyMs]);
  return { value: shown?.value ?? null, refresh };
}
