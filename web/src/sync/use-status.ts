import { useSyncExternalStore } from "react";
import type { SyncStatus } from "./backend";
import { useServices } from "./context";

/** The synchronisation's state; redraws when it changes. */
export function useStatus(): SyncStatus {
  const { status } = useServices();
  return useSyncExternalStore(status.subscribe, status.snapshot);
}

/** One part of it, for screens that must not redraw whenever a heartbeat changes another. */
export function useStatusPart<Part extends string | number | boolean | null>(select: (status: SyncStatus) => Part): Part {
  const { status } = useServices();
  return useSyncExternalStore(status.subscribe, () => select(status.snapshot()));
}
