import { Button, Group } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import type { AttentionRow } from "../../sync/backend";
import { asSentence } from "../../sync/backend-error";
import classes from "./inspector-screen.module.css";
import { mutationName } from "./queue-list";

/** What was refused and why; stays until somebody sends it again or dismisses it. */
export function AttentionList(props: {
  readonly rows: readonly AttentionRow[];
  readonly busy: boolean;
  readonly onAgain: (row: AttentionRow) => void;
  readonly onDismiss: (row: AttentionRow) => void;
}) {
  const format = useFormat();
  const [open, setOpen] = useState<string | null>(null);
  return (
    <ul className={classes.rows} data-testid="attention">
      {props.rows.map((row) => ({ row, key: `${row.device}/${String(row.seq)}` })).map(({ row, key }) => (
        <li key={key} className={classes.row}>
          <span className={classes.state} data-tone="bad"><IconAlertTriangle size={20} aria-hidden /></span>
          <span className={classes.what}>
            <strong>{mutationName(row.name)} {row.subject ?? ""}</strong>: {asSentence(row.reason)}
            <span className={classes.detail}>
              {[`${t.inspector.seq} ${format.count(row.seq)}`, row.actor, format.dateTime(row.at)].filter(Boolean).join(" · ")}
            </span>
          </span>
          <Group gap="xs" className={classes.actions}>
            <Button size="md" variant="default" aria-expanded={open === key} onClick={() => setOpen(open === key ? null : key)}>
              {t.inspector.details}
            </Button>
            <Button size="md" variant="light" disabled={props.busy} onClick={() => props.onAgain(row)}>{t.inspector.again}</Button>
            <Button size="md" variant="default" onClick={() => props.onDismiss(row)}>{t.inspector.dismiss}</Button>
          </Group>
          {open === key && <pre className={classes.payload} tabIndex={0} aria-label={t.inspector.details}>{row.payload}</pre>}
        </li>
      ))}
    </ul>
  );
}
