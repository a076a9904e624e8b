import { Button, Group } from "@mantine/core";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import type { BatchRow, ProductBatches } from "../../sync/backend";
import { ExpiryText } from "./expiry-text";
import classes from "./stock.module.css";

type Act = ((batch: BatchRow) => void) | null;

interface BatchListProps {
  readonly batches: ProductBatches | null;
  /** Each `null` for whoever may not. */
  readonly onCount: Act;
  readonly onWriteOff: Act;
  readonly onEdit: Act;
}

/** The batches of a product, in the order in which they are sold. */
export function BatchList(props: BatchListProps) {
  const { batches, onCount, onWriteOff, onEdit } = props;
  const format = useFormat();
  if (batches === null) return null;
  if (batches.batches.length === 0) return <p className={classes.none}>{t.stock.noBatches}</p>;
  return (
    <ul className={classes.batches} aria-label={t.stock.batches}>
      {batches.batches.map((batch) => (
        <li key={batch.id} className={classes.batch} data-empty={batch.onHand === 0} data-testid="batch">
          <div className={classes.head}>
            <div className={classes.what}>
              <strong>{t.lots.lot(batch.lot)}</strong>
              <ExpiryText expiry={batch.expiry} expired={batch.expired && batch.onHand > 0} today={batches.today} />
            </div>
            <strong className={classes.amount}>{batch.onHand === 0 ? t.stock.empty : format.quantity(batch.onHand)}</strong>
          </div>
          {batch.onHand !== 0 && (
            <Group gap="xs">
              {onCount !== null && <Button size="md" variant="default" onClick={() => onCount(batch)}>{t.stock.countBatch}</Button>}
              {onWriteOff !== null && batch.onHand > 0 && (
                <Button size="md" variant="default" onClick={() => onWriteOff(batch)}>{t.stock.writeOff}</Button>
              )}
              {onEdit !== null && <Button size="md" variant="default" onClick={() => onEdit(batch)}>{t.stock.edit}</Button>}
            </Group>
          )}
        </li>
      ))}
      {batches.withoutBatch !== 0 && (
        <li className={classes.batch}>
          <div className={classes.head}>
            <div className={classes.what}>
              <strong>{t.stock.noLot}</strong>
              <span className={classes.detail}>{t.stock.noLotHint}</span>
            </div>
            <strong className={classes.amount}>{format.quantity(batches.withoutBatch)}</strong>
          </div>
        </li>
      )}
    </ul>
  );
}
