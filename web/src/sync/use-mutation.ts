import { useCallback, useRef, useState } from "react";
import { type BackendError, toBackendError } from "./backend-error";

/** One user action at a time: a second press while the first runs is ignored. Resolves to null when it failed. */
export function useMutation<Args extends readonly unknown[], R>(action: (...args: Args) => Promise<R>) {
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<BackendError | null>(null);
  const run = useCallback(
    async (...args: Args): Promise<R | null> => {
      if (running.current) return null;
      running.current = true;
      setBusy(true);
      setError(null);
      try {
        return await action(...args);
      } catch (thrown) {
        setError(toBackendError(thrown));
        return null;
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
    [action],
  );
  const clear = useCallback(() => setError(null), []);
  return { run, busy, error, clear };
}
