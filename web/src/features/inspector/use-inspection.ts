import { useCallback, useEffect, useState } from "react";
import type { AttentionRow, FrameLogEntry, OutboxRow, SyncLogEntry, SyncPosition } from "../../sync/backend";
import { useBackend } from "../../sync/context";

export interface Inspection {
  readonly outbox: readonly OutboxRow[];
  readonly attention: readonly AttentionRow[];
  readonly frames: readonly FrameLogEntry[];
  readonly position: SyncPosition;
  readonly log: readonly SyncLogEntry[];
}

const EVERY_MS = 1000;

/** Reads the engine's lists once a second while the inspector is open and in sight. */
export function useInspection(): { readonly inspection: Inspection | null; readonly refresh: () => Promise<void> } {
  const backend = useBackend();
  const [inspection, setInspection] = useState<Inspection | null>(null);
  const refresh = useCallback(async () => {
    const [outbox, attention, frames, position, log] = await Promise.all([
      backend.outbox(),
      backend.attention(),
      backend.frames(),
      backend.position(),
      backend.syncLog(),
    ]);
    setInspection({ outbox, attention, frames, position, log });
  }, [backend]);
  useEffect(() => {
    const read = () => {
      if (document.visibilityState === "visible") refresh().catch(() => undefined);
    };
    read();
    const timer = setInterval(read, EVERY_MS);
    return () => clearInterval(timer);
  }, [refresh]);
  return { inspection, refresh };
}
