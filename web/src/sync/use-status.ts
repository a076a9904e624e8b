import { useSyncExternalStore } from "react";
import type { SyncStatus } from "./backend";
import { useServices } from "./context";

/** The synchronisation's state; redraws when it changes. */
export function useStatus(): SyncStatus {
  const { status } = useServices();
  return useSyncExternalStore(status.subscribe, status.snapshot);
}
