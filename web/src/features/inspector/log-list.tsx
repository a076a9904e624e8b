import {
  IconAlertTriangle,
  IconCloudCheck,
  IconCloudOff,
  IconDatabaseExclamation,
  IconDoorEnter,
  IconPlayerPlay,
  IconPlugConnectedX,
  IconRefresh,
  IconSend,
} from "@tabler/icons-react";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import type { SyncLogEntry } from "../../sync/backend";
import { asSentence } from "../../sync/backend-error";
import classes from "./inspector-screen.module.css";

const KINDS = {
  started: { tone: "quiet", icon: IconPlayerPlay },
  joined: { tone: "ok", icon: IconDoorEnter },
  connected: { tone: "ok", icon: IconCloudCheck },
  lost: { tone: "warn", icon: IconCloudOff },
  no_network: { tone: "warn", icon: IconCloudOff },
  draining: { tone: "info", icon: IconRefresh },
  paused: { tone: "bad", icon: IconAlertTriangle },
  storage: { tone: "bad", icon: IconDatabaseExclamation },
  failed: { tone: "bad", icon: IconPlugConnectedX },
  sent: { tone: "info", icon: IconSend },
  refused: { tone: "bad", icon: IconAlertTriangle },
  repaired: { tone: "warn", icon: IconRefresh },
  resynchronised: { tone: "ok", icon: IconRefresh },
  problem: { tone: "warn", icon: IconAlertTriangle },
} as const satisfies Record<SyncLogEntry["kind"], unknown>;

/** What this device did and what happened to it, newest first. */
export function LogList(props: { readonly entries: readonly SyncLogEntry[] }) {
  const format = useFormat();
  return (
    <ol className={classes.rows} data-testid="sync-log">
      {props.entries.map((entry, index) => {
        const { tone, icon: Icon } = KINDS[entry.kind];
        return (
          <li key={index} className={classes.done}>
            <time dateTime={new Date(entry.at).toISOString()}>{format.dateTime(entry.at)}</time>
            <span className={classes.state} data-tone={tone}>
              <Icon size={18} aria-hidden />
            </span>
            <span className={classes.what}>
              {textOf(entry)}
              {entry.detail !== null && <span className={classes.detail}>{asSentence(entry.detail)}</span>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function textOf({ kind, count }: SyncLogEntry): string {
  const text = t.inspector.done[kind];
  return typeof text === "string" ? text : text(count ?? 0);
}
