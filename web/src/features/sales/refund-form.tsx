import { Button, Group, Modal, SegmentedControl, Select, Stack, Switch, Text, TextInput } from "@mantine/core";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { t } from "../../i18n";
import { newId } from "../../lib/id";
import { useFormat } from "../../lib/use-format";
import type { Approval, Id, OverrideNeed, ReceiptView, RefundInput, RefundQuote } from "../../sync/backend";
import { toBackendError } from "../../sync/backend-error";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { OverrideDialog } from "../../ui/override-dialog";

type Reason = keyof typeof t.refund.reasons;
type Method = "cash" | "card";

interface RefundFormProps {
  readonly title: string;
  /** `null`: without receipt. */
  readonly saleId: Id | null;
  readonly lines: RefundInput["lines"];
  /** Something about the lines that stands in the way, in words. */
  readonly problem: string | null;
  readonly onDone: (receipt: ReceiptView) => void;
  readonly onClose: () => void;
  /** Where the lines are chosen. */
  readonly children: ReactNode;
}

/** Why and how money goes back; how much is computed behind the door. */
export function RefundForm(props: RefundFormProps) {
  const { saleId, lines } = props;
  const backend = useBackend();
  const format = useFormat();
  const [id] = useState(newId);
  const [restock, setRestock] = useState(true);
  const [reason, setReason] = useState<Reason>("changed_mind");
  const [other, setOther] = useState("");
  // With a receipt it goes back the way it was paid; without one somebody has to say.
  const [method, setMethod] = useState<Method | null>(saleId === null ? "cash" : null);
  const [approvals, setApprovals] = useState<readonly Approval[]>([]);
  const [quote, setQuote] = useState<RefundQuote | null>(null);
  const [need, setNeed] = useState<OverrideNeed | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const text = reason === "other" ? other.trim() : t.refund.reasons[reason];
  const input = useMemo<RefundInput>(
    () => ({ id, saleId, lines, restock, reason: text, method, approvals }),
    [id, saleId, lines, restock, text, method, approvals],
  );
  useEffect(() => {
    setProblem(null);
    if (input.lines.length === 0) {
      setQuote(null);
      return;
    }
    let current = true;
    backend.quoteRefund(input).then(
      (answer) => {
        if (current) setQuote(answer);
      },
      (thrown: unknown) => {
        if (!current) return;
        setQuote(null);
        setProblem(toBackendError(thrown).message);
      },
    );
    return () => {
      current = false;
    };
  }, [backend, input]);

  const { run, busy, error } = useMutation(async (ready: RefundInput) => {
    const made = await backend.refund(ready);
    props.onDone(made.receipt);
  });
  const submit = () => {
    if (quote === null) return;
    if (text === "") {
      setProblem(t.refund.reasonMissing);
      return;
    }
    const missing = quote.needs[0];
    if (missing === undefined) void run(input);
    else setNeed(missing);
  };

  return (
    <>
      <Modal opened={need === null} onClose={props.onClose} title={props.title} size="lg" keepMounted>
        <Stack gap="md">
          {props.children}
          <Group grow align="flex-start">
            <Select
              label={t.refund.reason}
              value={reason}
              data={Object.entries(t.refund.reasons).map(([value, label]) => ({ value, label }))}
              onChange={(value) => setReason((value ?? "other") as Reason)}
            />
            {reason === "other" && (
              <TextInput label={t.refund.otherReason} value={other} maxLength={120} onChange={(event) => setOther(event.currentTarget.value)} />
            )}
          </Group>
          <Switch label={t.refund.restock} checked={restock} onChange={(event) => setRestock(event.currentTarget.checked)} />
          {method !== null && (
            <SegmentedControl
              aria-label={t.refund.back}
              value={method}
              data={[
                { value: "cash", label: t.refund.inCash },
                { value: "card", label: t.refund.toCard },
              ]}
              onChange={(value) => setMethod(value)}
            />
          )}
          {quote !== null && quote.payments.length > 0 && (
            <Text fw={600}>
              {t.refund.back}{" "}
              {quote.payments
                .map((payment) => (payment.method === "cash" ? t.refund.backCash : t.refund.backCard)(format.money(payment.amount)))
                .join(", ")}
            </Text>
          )}
          <Text c="var(--ts-bad)" role="alert">{props.problem ?? error?.message ?? problem}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>{t.common.cancel}</Button>
            <Button loading={busy} disabled={quote === null || props.problem !== null} onClick={submit}>
              {quote === null ? t.refund.choose : t.refund.submit(format.money(quote.total))}
            </Button>
          </Group>
        </Stack>
      </Modal>
      <OverrideDialog
        need={need}
        onCancel={() => setNeed(null)}
        onApproved={(approval) => {
          setNeed(null);
          const ready = { ...input, approvals: [...approvals, approval] };
          setApprovals(ready.approvals);
          void run(ready);
        }}
      />
    </>
  );
}
