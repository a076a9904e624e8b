import { Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { t } from "../../i18n";
import { newId } from "../../lib/id";
import { parseQuantity } from "../../lib/money";
import { useFormat } from "../../lib/use-format";
import type { Product, Task } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { notifyDone } from "../../ui/toast";
import { TaskDialog } from "./task-dialog";

interface CountDialogProps {
  readonly task: Task;
  readonly product: Product;
  readonly onClose: () => void;
}

/** How many are there. What is sold elsewhere meanwhile still counts. */
export function CountDialog(props: CountDialogProps) {
  const { task } = props;
  const backend = useBackend();
  const format = useFormat();
  const [id] = useState(newId);
  // As it was when the counting began.
  const [product] = useState(props.product);
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const expected = product.on_hand ?? 0;
  const { run, busy, error } = useMutation(async () => {
    const counted = parseQuantity(text);
    if (counted === null || counted < 0) {
      setProblem(t.products.quantityInvalid);
      return;
    }
    await backend.countStock({ id, product: product.id, counted, expected, note: "", task: { task: task.id, count: task.count } });
    notifyDone(t.products.stockSaved(product.name));
    props.onClose();
  });
  return (
    <TaskDialog
      task={task}
      title={t.tasks.countTitle(product.name)}
      action={t.tasks.countSave}
      busy={busy}
      error={error}
      onSubmit={() => void run()}
      onClose={props.onClose}
    >
      <Text c="dimmed">{t.tasks.expected(format.quantity(expected))}</Text>
      <TextInput
        label={t.tasks.countHint}
        data-autofocus
        inputMode="decimal"
        autoComplete="off"
        value={text}
        error={problem}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setProblem(null);
        }}
      />
    </TaskDialog>
  );
}
