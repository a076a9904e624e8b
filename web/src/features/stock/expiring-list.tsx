import { Button, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import type { ExpiringGoods, ExpiringRow, Id } from "../../sync/backend";
import { Empty } from "../../ui/empty";
import { useMay } from "../login/session";
import { ExpiryText } from "./expiry-text";
import { WriteOffDialog } from "./write-off-dialog";
import classes from "./stock.module.css";

interface ExpiringListProps {
  readonly goods: ExpiringGoods | null;
  /** The product whose batches stand beside the list. */
  readonly chosen: Id | null;
  readonly onOpen: (row: ExpiringRow) => void;
  readonly onChanged: () => void;
}

/** What expires soon or has expired, each with the one thing to do about it. */
export function ExpiringList(props: ExpiringListProps) {
  const { goods } = props;
  const format = useFormat();
  const mayWriteOff = useMay("adjust_stock");
  const [gone, setGone] = useState<ExpiringRow | null>(null);
  if (goods === null) return <div />;
  if (goods.rows.length === 0) return <Empty title={t.stock.nothingExpires} hint={t.stock.nothingExpiresHint} />;
  return (
    <div className={classes.scroll} tabIndex={-1}>
      <ul className={classes.rows} aria-label={t.stock.expiringList}>
        {goods.rows.map((row) => (
          <li key={row.id} className={classes.row} data-chosen={row.product === props.chosen} data-testid="expiring">
            <UnstyledButton className={classes.what} onClick={() => props.onOpen(row)}>
              <strong>{row.name}</strong>
              <ExpiryText expiry={row.expiry} expired={row.expired} today={goods.today} />
              <span className={classes.detail}>
                {[t.lots.lot(row.lot), row.worth === null ? null : format.money(row.worth)].filter(Boolean).join(" · ")}
              </span>
            </UnstyledButton>
            <strong className={classes.amount}>{format.quantity(row.onHand)}</strong>
            {mayWriteOff && (
              <Button variant="default" onClick={() => setGone(row)}>{t.stock.writeOff}</Button>
            )}
          </li>
        ))}
      </ul>
      {gone !== null && (
        <WriteOffDialog
          goods={{ product: gone.product, name: gone.name, batch: gone.id, lot: gone.lot, onHand: gone.onHand, expired: gone.expired }}
          onClose={() => setGone(null)}
          onDone={() => {
            setGone(null);
            props.onChanged();
          }}
        />
      )}
    </div>
  );
}
