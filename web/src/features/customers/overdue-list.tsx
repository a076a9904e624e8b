import { Button, UnstyledButton } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { t } from "../../i18n";
import { downloadCsv } from "../../lib/csv";
import { decimal } from "../../lib/money";
import { useFormat } from "../../lib/use-format";
import type { Id, OverdueRow } from "../../sync/backend";
import { useShop } from "../../sync/context";
import { Empty } from "../../ui/empty";
import { notifyDone } from "../../ui/toast";
import classes from "./customers.module.css";

interface OverdueListProps {
  /** `null` until they are known. */
  readonly rows: readonly OverdueRow[] | null;
  readonly onOpen: (customer: Id) => void;
}

/** Who should have paid by now, longest ago first. */
export function OverdueList({ rows, onOpen }: OverdueListProps) {
  const format = useFormat();
  if (rows === null) return <div />;
  if (rows.length === 0) return <Empty title={t.customers.noneOverdue} hint={t.customers.noneOverdueHint} />;
  return (
    <ul className={classes.late} aria-label={t.customers.overdueList}>
      {rows.map((row) => (
        <li key={row.id}>
          <UnstyledButton className={classes.person} onClick={() => onOpen(row.id)}>
            <span className={classes.what}>
              <strong>{row.name}</strong>
              <span className={classes.when}>
                {[row.since === null ? t.customers.longSince : t.customers.since(format.day(row.since)), row.phone ?? row.email].filter(Boolean).join(" · ")}
              </span>
            </span>
            <span className={classes.sum}>
              <strong>{format.price(row.overdue)}</strong>
              {row.balance !== row.overdue && <span className={classes.when}>{t.customers.ofBalance(format.price(row.balance))}</span>}
            </span>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}

/** The same as a file. */
export function OverdueExport(props: { readonly rows: readonly OverdueRow[] | null }) {
  const shop = useShop();
  const rows = props.rows ?? [];
  const start = () => {
    const money = (value: number) => decimal(value, shop.exponent);
    const cells = rows.map((row) => [row.name, row.phone ?? "", row.email ?? "", row.since ?? "", money(row.overdue), money(row.balance)]);
    downloadCsv("overdue.csv", ["name", "phone", "email", "due", "overdue", "owes"], cells);
    notifyDone(t.common.exported(String(rows.length)));
  };
  return (
    <Button variant="default" leftSection={<IconDownload size={20} aria-hidden />} disabled={rows.length === 0} onClick={start}>
      {t.common.export}
    </Button>
  );
}
