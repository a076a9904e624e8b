import { useState } from "react";
import { t } from "../../i18n";
import { newId } from "../../lib/id";
import { parseQuantity } from "../../lib/money";
import { useFormat } from "../../lib/use-format";
import type { BatchRow, Product } from "../../sync/backend";
import { toBackendError } from "../../sync/backend-error";
import { useBackend } from "../../sync/context";
import { notifyDone, notifyProblem } from "../../ui/toast";
import { AmountDialog } from "../till/amount-dialog";

interface CountBatchDialogProps {
  readonly product: Product;
  readonly batch: BatchRow;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** How many of a batch are there. What is sold elsewhere meanwhile still counts. */
export function CountBatchDialog(props: CountBatchDialogProps) {
  const { product } = props;
  // As it was when the counting began.
  const [batch] = useState(props.batch);
  const [id] = useState(newId);
  const backend = useBackend();
  const format = useFormat();
  const count = async (counted: number) => {
    await backend.countStock({ id, product: product.id, batch: batch.id, counted, expected: batch.onHand, note: "", task: null });
    notifyDone(t.products.stockSaved(product.name));
    props.onDone();
  };
  return (
    <AmountDialog
      title={t.stock.countTitle(product.name, batch.lot)}
      label={t.tasks.countHint}
      hint={t.tasks.expected(format.quantity(batch.onHand))}
      initial=""
      parse={parseQuantity}
      invalid={t.products.quantityInvalid}
      submit={t.tasks.countSave}
      onClose={props.onClose}
      onSubmit={(counted) => {
        count(counted).catch((thrown: unknown) => notifyProblem(toBackendError(thrown).message));
      }}
    />
  );
}
