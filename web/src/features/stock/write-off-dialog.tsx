import { Button, Group, Modal, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { t } from "../../i18n";
import { newId } from "../../lib/id";
import { decimal, parseQuantity } from "../../lib/money";
import { useFormat } from "../../lib/use-format";
import type { Id, Milli } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { notifyDone } from "../../ui/toast";

interface WriteOffDialogProps {
  readonly goods: {
    readonly product: Id;
    readonly name: string;
    readonly batch: Id;
    readonly lot: string;
    readonly onHand: Milli;
    readonly expired: boolean;
  };
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Takes goods off the stock: all of the batch, unless somebody says less. */
export function WriteOffDialog(props: WriteOffDialogProps) {
  // What is sold meanwhile must not change what the question was.
  const [goods] = useState(props.goods);
  const backend = useBackend();
  const format = useFormat();
  const [id] = useState(newId);
  const [text, setText] = useState(decimal(goods.onHand, 3).replace(/\.?0+$/, ""));
  const [reason, setReason] = useState<"expire" | "damage">(goods.expired ? "expire" : "damage");
  const [problem, setProblem] = useState<string | null>(null);
  const { run, busy, error } = useMutation(async () => {
    const quantity = parseQuantity(text);
    if (quantity === null || quantity <= 0) {
      setProblem(t.products.quantityInvalid);
      return;
    }
    if (quantity > goods.onHand) {
      setProblem(t.stock.tooMany(format.quantity(goods.onHand)));
      return;
    }
    await backend.writeOff({ id, product: goods.product, batch: goods.batch, quantity, reason });
    notifyDone(t.stock.writtenOff(format.quantity(quantity), goods.name));
    props.onDone();
  });
  return (
    <Modal opened onClose={props.onClose} title={t.stock.writeOffTitle(goods.name, goods.lot)} data-scan="off">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Stack gap="md">
          <Text>{t.stock.writeOffHint(format.quantity(goods.onHand))}</Text>
          <TextInput
            label={t.stock.howMany}
            inputMode="decimal"
            autoComplete="off"
            value={text}
            error={problem}
            onFocus={(event) => event.currentTarget.select()}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setProblem(null);
            }}
          />
          <SegmentedControl
            aria-label={t.stock.reason}
            value={reason}
            onChange={setReason}
            data={[
              { value: "expire", label: t.stock.expire },
              { value: "damage", label: t.stock.damage },
            ]}
          />
          {error !== null && <Text c="var(--ts-bad)" role="alert">{error.message}</Text>}
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>{t.common.cancel}</Button>
            <Button type="submit" color="red" loading={busy} data-autofocus>{t.stock.writeOff}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
