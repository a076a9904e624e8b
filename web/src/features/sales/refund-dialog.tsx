import { Button, Group, Modal, Select, Stack, Switch, Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconMinus, IconPlus } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import { t } from "../../i18n";
import { newId } from "../../lib/id";
import { useFormat } from "../../lib/use-format";
import type { Approval, Id, Milli, OverrideNeed, ReceiptView, RefundableSale, RefundInput, RefundQuote } from "../../sync/backend";
import { toBackendError } from "../../sync/backend-error";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { OverrideDialog } from "../../ui/override-dialog";
import classes from "./refund-dialog.module.css";

type Reason = keyof typeof t.refund.reasons;

interface RefundDialogProps {
  readonly saleId: Id;
  readonly onDone: (receipt: ReceiptView) => void;
  readonly onClose: () => void;
}

/** Chooses what comes back; what is given back, and how, is computed behind the door. */
export function RefundDialog(props: RefundDialogProps) {
  const backend = useBackend();
  const format = useFormat();
  const [id] = useState(newId);
  const [sale, setSale] = useState<RefundableSale | null>(null);
  const [quantities, setQuantities] = useState<ReadonlyMap<Id, Milli>>(new Map());
  const [restock, setRestock] = useState(true);
  const [reason, setReason] = useState<Reason>("changed_mind");
  const [other, setOther] = useState("");
  const [approvals, setApprovals] = useState<readonly Approval[]>([]);
  const [quote, setQuote] = useState<RefundQuote | null>(null);
  const [need, setNeed] = useState<OverrideNeed | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    backend.refundable(props.saleId).then(setSale, (thrown: unknown) => setProblem(toBackendError(thrown).message));
  }, [backend, props.saleId]);

  const text = reason === "other" ? other.trim() : t.refund.reasons[reason];
  const input = useMemo<RefundInput>(
    () => ({
      id,
      saleId: props.saleId,
      lines: [...quantities].filter(([, quantity]) => quantity > 0).map(([line, quantity]) => ({ kind: "sale_line", line, quantity })),
      restock,
      reason: text,
      method: null,
      approvals,
    }),
    [id, props.saleId, quantities, restock, text, approvals],
  );
  useEffect(() => {
    if (input.lines.length === 0) {
      setQuote(null);
      return;
    }
    let current = true;
    backend.quoteRefund(input).then(
      (answer) => {
        if (current) {
          setQuote(answer);
          setProblem(null);
        }
      },
      (thrown: unknown) => {
        if (current) setProblem(toBackendError(thrown).message);
      },
    );
    return () => {
      current = false;
    };
  }, [backend, input]);

  const { run, busy, error } = useMutation(async () => {
    if (quote === null) return;
    const missing = quote.needs[0];
    if (missing !== undefined) {
      setNeed(missing);
      return;
    }
    if (text === "") {
      setProblem(t.refund.reasonMissing);
      return;
    }
    const made = await backend.refund(input);
    props.onDone(made.receipt);
  });

  const set = (line: Id, quantity: Milli, most: Milli) =>
    setQuantities(new Map(quantities).set(line, Math.min(Math.max(quantity, 0), most)));
  const setAll = (all: boolean) =>
    setQuantities(new Map(sale?.lines.map((line) => [line.id, all ? line.refundable : 0])));

  return (
    <Modal opened={need === null} onClose={props.onClose} title={t.refund.title(sale?.number ?? "")} size="lg" keepMounted>
      <Stack gap="md">
        {sale !== null && sale.lines.every((line) => line.refundable === 0) && <Text>{t.refund.nothingLeft}</Text>}
        <Group gap="xs">
          <Button size="md" variant="default" onClick={() => setAll(true)}>{t.refund.all}</Button>
          <Button size="md" variant="default" onClick={() => setAll(false)}>{t.refund.nothing}</Button>
        </Group>
        <ul className={classes.lines}>
          {sale?.lines.map((line) => {
            const quantity = quantities.get(line.id) ?? 0;
            return (
              <li key={line.id} className={classes.line}>
                <div className={classes.what}>
                  <span>{line.name}</span>
                  <span className={classes.detail}>
                    {t.refund.left(format.quantity(line.refundable))} · {format.price(line.unitPrice)}
                  </span>
                </div>
                <div className={classes.stepper} role="group" aria-label={t.refund.quantityOf(line.name)}>
                  <UnstyledButton
                    className={classes.step}
                    aria-label={t.cart.less(line.name)}
                    disabled={quantity <= 0}
                    onClick={() => set(line.id, quantity - 1000, line.refundable)}
                  >
                    <IconMinus size={20} aria-hidden />
                  </UnstyledButton>
                  <output className={classes.quantity}>{format.quantity(quantity)}</output>
                  <UnstyledButton
                    className={classes.step}
                    aria-label={t.cart.more(line.name)}
                    disabled={quantity >= line.refundable}
                    onClick={() => set(line.id, quantity + 1000, line.refundable)}
                  >
                    <IconPlus size={20} aria-hidden />
                  </UnstyledButton>
                </div>
              </li>
            );
          })}
        </ul>
        <Switch label={t.refund.restock} checked={restock} onChange={(event) => setRestock(event.currentTarget.checked)} />
        <Select
          label={t.refund.reason}
          value={reason}
          data={Object.entries(t.refund.reasons).map(([value, label]) => ({ value, label }))}
          onChange={(value) => setReason((value ?? "other") as Reason)}
        />
        {reason === "other" && (
          <TextInput label={t.refund.otherReason} value={other} maxLength={120} onChange={(event) => setOther(event.currentTarget.value)} />
        )}
        {quote !== null && quote.payments.length > 0 && (
          <Text fw={600}>
            {t.refund.back}{" "}
            {quote.payments
              .map((payment) => (payment.method === "cash" ? t.refund.backCash : t.refund.backCard)(format.money(payment.amount)))
              .join(", ")}
          </Text>
        )}
        <Text c="var(--ts-bad)" role="alert">{error?.message ?? problem}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>{t.common.cancel}</Button>
          <Button loading={busy} disabled={quote === null} onClick={() => void run()}>
            {quote === null ? t.refund.choose : t.refund.submit(format.money(quote.total))}
          </Button>
        </Group>
      </Stack>
      <OverrideDialog
        need={need}
        onCancel={() => setNeed(null)}
        onApproved={(approval) => {
          setNeed(null);
          setApprovals([...approvals, approval]);
        }}
      />
    </Modal>
  );
}
