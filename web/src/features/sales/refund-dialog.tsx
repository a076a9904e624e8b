import { Button, Group, Text } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import { useScanTarget } from "../../lib/use-scan";
import type { Id, Milli, ReceiptView, RefundableSale, RefundInput } from "../../sync/backend";
import { toBackendError } from "../../sync/backend-error";
import { useBackend } from "../../sync/context";
import { Stepper } from "../../ui/stepper";
import { notifyProblem } from "../../ui/toast";
import classes from "./refund-dialog.module.css";
import { RefundForm } from "./refund-form";

interface RefundDialogProps {
  readonly saleId: Id;
  readonly onDone: (receipt: ReceiptView) => void;
  readonly onClose: () => void;
}

/** Chooses what of a receipt comes back. */
export function RefundDialog(props: RefundDialogProps) {
  const backend = useBackend();
  const format = useFormat();
  const [sale, setSale] = useState<RefundableSale | null>(null);
  const [quantities, setQuantities] = useState<ReadonlyMap<Id, Milli>>(new Map());
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    backend.refundable(props.saleId).then(setSale, (thrown: unknown) => setProblem(toBackendError(thrown).message));
  }, [backend, props.saleId]);
  useScanTarget({ onScan: () => notifyProblem(t.till.finishFirst) });

  const lines = useMemo<RefundInput["lines"]>(
    () => [...quantities].filter(([, quantity]) => quantity > 0).map(([line, quantity]) => ({ kind: "sale_line", line, quantity })),
    [quantities],
  );
  const setAll = (all: boolean) =>
    setQuantities(new Map(sale?.lines.map((line) => [line.id, all ? line.refundable : 0])));

  return (
    <RefundForm
      title={t.refund.title(sale?.number ?? "")}
      saleId={props.saleId}
      lines={lines}
      problem={problem}
      onDone={props.onDone}
      onClose={props.onClose}
    >
      {sale !== null && sale.lines.every((line) => line.refundable === 0) && <Text>{t.refund.nothingLeft}</Text>}
      <Group gap="xs">
        <Button size="md" variant="default" onClick={() => setAll(true)}>{t.refund.all}</Button>
        <Button size="md" variant="default" onClick={() => setAll(false)}>{t.refund.nothing}</Button>
      </Group>
      <ul className={classes.lines}>
        {sale?.lines.map((line) => (
          <li key={line.id} className={classes.line}>
            <div className={classes.what}>
              <span>{line.name}</span>
              <span className={classes.detail}>
                {t.refund.left(format.quantity(line.refundable))} · {format.price(line.unitPrice)}
                {line.lot !== null && ` · ${t.lots.lot(line.lot)}`}
              </span>
            </div>
            <Stepper
              name={line.name}
              label={t.refund.quantityOf(line.name)}
              quantity={quantities.get(line.id) ?? 0}
              most={line.refundable}
              onChange={(quantity) => setQuantities(new Map(quantities).set(line.id, quantity))}
            />
          </li>
        ))}
      </ul>
    </RefundForm>
  );
}
