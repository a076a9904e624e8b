import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { t } from "../../i18n";
import { newId } from "../../lib/id";
import { parseQuantity } from "../../lib/money";
import { useFormat } from "../../lib/use-format";
import type { Product } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { notifyDone } from "../../ui/toast";

interface StockDialogProps {
  readonly product: Product;
  readonly kind: "receive" | "adjust";
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Goods that came, or a correction of what is on the shelf. Always a difference, never a new total. */
export function StockDialog(props: StockDialogProps) {
  const { product, kind } = props;
  const backend = useBackend();
  const format = useFormat();
  const [id] = useState(newId);
  const [quantity, setQuantity] = useState("");
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const { run, busy, error } = useMutation(async () => {
    const delta = parseQuantity(quantity);
    if (delta === null || delta === 0 || (kind === "receive" && delta < 0)) {
      setProblem(t.products.quantityInvalid);
      return;
    }
    if (kind === "adjust" && reason.trim() === "") {
      setProblem(t.products.stockReasonMissing);
      return;
    }
    const change = { id, product: product.id, delta, reason: reason.trim() };
    await (kind === "receive" ? backend.receiveStock(change) : backend.adjustStock(change));
    notifyDone(t.products.stockSaved(product.name));
    props.onDone();
  });
  return (
    <Modal opened onClose={props.onClose} title={kind === "receive" ? t.products.receiveTitle(product.name) : t.products.adjustTitle(product.name)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Stack gap="md">
          {typeof product.on_hand === "number" && <Text c="dimmed">{t.products.onHand(format.quantity(product.on_hand))}</Text>}
          <TextInput
            label={kind === "receive" ? t.products.receiveHint : t.products.adjustHint}
            data-autofocus
            inputMode="decimal"
            autoComplete="off"
            value={quantity}
            onChange={(event) => {
              setQuantity(event.currentTarget.value);
              setProblem(null);
            }}
          />
          <TextInput
            label={t.products.stockReason}
            value={reason}
            maxLength={120}
            onChange={(event) => {
              setReason(event.currentTarget.value);
              setProblem(null);
            }}
          />
          <Text c="var(--ts-bad)" role="alert">{problem ?? error?.message}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>{t.common.cancel}</Button>
            <Button type="submit" loading={busy}>{t.common.save}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
