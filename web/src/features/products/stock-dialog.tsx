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
import { useBatches } from "../stock/use-batches";

interface StockDialogProps {
  readonly product: Product;
  readonly kind: "receive" | "adjust";
  readonly onDone: () => void;
  readonly onClose: () => void;
}

interface Problem {
  readonly field: "quantity" | "lot" | "cost" | "reason";
  readonly message: string;
}

/** Goods that came, or a correction of what is on the shelf. Always a difference, never a new total. */
export function StockDialog(props: StockDialogProps) {
  const { product } = props;
  const receiving = props.kind === "receive";
  const backend = useBackend();
  const format = useFormat();
  const { batches } = useBatches(product.id);
  const [id] = useState(newId);
  const [quantity, setQuantity] = useState("");
  const [lot, setLot] = useState("");
  const [expiry, setExpiry] = useState("");
  const [cost, setCost] = useState("");
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const known = batches?.batches.find((batch) => batch.lot === lot.trim());
  const said = (field: Problem["field"]) => (problem?.field === field ? problem.message : null);
  const { run, busy, error } = useMutation(async () => {
    const delta = parseQuantity(quantity);
    if (delta === null || delta === 0 || (receiving && delta < 0)) {
      setProblem({ field: "quantity", message: t.products.quantityInvalid });
      return;
    }
    const change = { id, product: product.id, delta, reason: reason.trim() };
    if (receiving) {
      const paid = cost.trim() === "" ? null : format.parse(cost);
      if (cost.trim() !== "" && (paid === null || paid < 0)) {
        setProblem({ field: "cost", message: t.stock.costInvalid });
        return;
      }
      if (lot.trim() === "" && expiry !== "") {
        setProblem({ field: "lot", message: t.stock.lotMissing });
        return;
      }
      const until = known?.expiry ?? (expiry === "" ? null : expiry);
      await backend.receiveStock({ ...change, cost: paid, ...(lot.trim() === "" ? {} : { lot: lot.trim(), expiry: until }) });
    } else {
      if (reason.trim() === "") {
        setProblem({ field: "reason", message: t.products.stockReasonMissing });
        return;
      }
      await backend.adjustStock(change);
    }
    notifyDone(t.products.stockSaved(product.name));
    props.onDone();
  });
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={receiving ? t.products.receiveTitle(product.name) : t.products.adjustTitle(product.name)}
      data-scan="off"
    >
      <form
        onChange={() => setProblem(null)}
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Stack gap="md">
          {typeof product.on_hand === "number" && <Text c="dimmed">{t.products.onHand(format.quantity(product.on_hand))}</Text>}
          <TextInput
            label={receiving ? t.products.receiveHint : t.products.adjustHint}
            data-autofocus
            inputMode="decimal"
            autoComplete="off"
            value={quantity}
            error={said("quantity")}
            onChange={(event) => setQuantity(event.currentTarget.value)}
          />
          {receiving && (
            <>
              <TextInput
                label={t.stock.receiveLot}
                description={known === undefined ? t.stock.receiveLotHint : t.stock.knownLot(format.quantity(known.onHand))}
                autoComplete="off"
                maxLength={60}
                value={lot}
                error={said("lot")}
                onChange={(event) => setLot(event.currentTarget.value)}
              />
              <Group grow align="flex-start">
                <TextInput
                  label={t.stock.expiry}
                  type="date"
                  // Of a lot that is known the day is known.
                  disabled={(known?.expiry ?? null) !== null}
                  value={known?.expiry ?? expiry}
                  onChange={(event) => setExpiry(event.currentTarget.value)}
                />
                <TextInput
                  label={t.stock.cost}
                  inputMode="decimal"
                  autoComplete="off"
                  value={cost}
                  error={said("cost")}
                  onChange={(event) => setCost(event.currentTarget.value)}
                />
              </Group>
            </>
          )}
          <TextInput
            label={t.products.stockReason}
            value={reason}
            maxLength={120}
            error={said("reason")}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          {error !== null && <Text c="var(--ts-bad)" role="alert">{error.message}</Text>}
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>{t.common.cancel}</Button>
            <Button type="submit" loading={busy}>{t.common.save}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
