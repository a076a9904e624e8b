import { IconAlertTriangle, IconCheck, IconClock, IconGavel, IconSend } from "@tabler/icons-react";
import { t } from "../../i18n";
import { ageText } from "../../lib/age";
import { useFormat } from "../../lib/use-format";
import type { EpochMs, OutboxRow } from "../../sync/backend";
import classes from "./inspector-screen.module.css";

const STATES = {
  waiting: { tone: "warn", icon: IconClock },
  in_flight: { tone: "info", icon: IconSend },
  accepted: { tone: "ok", icon: IconCheck },
  merged: { tone: "ok", icon: IconCheck },
  conflict: { tone: "warn", icon: IconGavel },
  rejected: { tone: "bad", icon: IconAlertTriangle },
} as const satisfies Record<OutboxRow["state"], unknown>;

export function mutationName(name: string): string {
  return t.inspector.mutations[name] ?? name.replaceAll("_", " ");
}

/** This device's mutations with state, reason and age. */
export function QueueList(props: { readonly rows: readonly OutboxRow[]; readonly now: EpochMs }) {
  const format = useFormat();
  return (
    <ul className={classes.rows} data-testid="queue">
      {props.rows.map((row) => {
        const { tone, icon: Icon } = STATES[row.state];
        return (
          <li key={row.seq} className={classes.row}>
            <span className={classes.state} data-tone={tone}>
              <Icon size={20} aria-hidden /> {t.inspector.states[row.state]}
            </span>
            <span className={classes.what}>
              {mutationName(row.name)} {row.subject ?? ""}
              <span className={classes.detail}>
                {[
                  `${t.inspector.seq} ${format.count(row.seq)}`,
                  row.actor,
                  row.attempts > 0 ? t.inspector.tries(row.attempts) : null,
                  t.inspector.bytes(format.count(row.bytes)),
                  row.reason,
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
            </span>
            <time dateTime={new Date(row.at).toISOString()} title={format.dateTime(row.at)}>
              {t.inspector.age(ageText(row.at, props.now))}
            </time>
          </li>
        );
      })}
    </ul>
  );
}
