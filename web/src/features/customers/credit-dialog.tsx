import { Button, Group, Modal, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { t } from "../../i18n";
import { newId } from "../../lib/id";
import { useFormat } from "../../lib/use-format";
import type { Customer, Minor } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { notifyDone } from "../../ui/toast";

interface CreditDialogProps {
  readonly kind: "pay" | "correct";
  readonly customer: Customer;
  readonly owes: Minor;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

type Way = "cash" | "card" | "adjust" | "write_off";

/** What a customer pays of what they owe, or why they owe another sum. */
export function CreditDialog(props: CreditDialogProps) {
  const { customer } = props;
  const backend = useBackend();
  const format = useFormat();
  const [id] = useState(newId);
  const paying = props.kind === "pay";
  const [way, setWay] = useState<Way>(paying ? "cash" : "adjust");
  const [text, setText] = useState(paying ? format.editable(props.owes) : "");
  const [note, setNote] = useState("");
  const [problem, setProblem] = useState<{ readonly field: "amount" | "note"; readonly message: string } | null>(null);
  const { run, busy, error } = useMutation(async () => {
    const amount = format.parse(text);
    if (amount === null || amount === 0 || (way !== "adjust" && amount < 0)) {
      setProblem({ field: "amount", message: t.customers.amountMissing });
      return;
    }
    if (way === "cash" || way === "card") {
      await backend.payCredit({ id, customer: customer.id, amount, method: way });
      notifyDone(t.customers.paid(format.money(amount)));
    } else {
      if (note.trim() === "") {
        setProblem({ field: "note", message: t.customers.whyMissing });
        return;
      }
      await backend.correctCredit({ id, customer: customer.id, kind: way, amount, note: note.trim() });
      notifyDone(t.customers.corrected);
    }
    props.onDone();
  });
  const ways = paying
    ? [{ value: "cash", label: t.customers.payCash }, { value: "card", label: t.customers.payCard }]
    : [{ value: "adjust", label: t.customers.adjust }, { value: "write_off", label: t.customers.writeOff }];
  return (
    <Modal opened onClose={props.onClose} title={paying ? t.customers.payTitle(customer.name) : t.customers.correctTitle(customer.name)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Stack gap="md">
          <Text>{t.customers.owes} <strong>{format.money(props.owes)}</strong></Text>
          <SegmentedControl data={ways} value={way} onChange={(value) => setWay(value as Way)} />
          <TextInput
            label={t.customers.amount}
            description={way === "adjust" ? t.customers.adjustHint : undefined}
            data-autofocus
            inputMode="decimal"
            autoComplete="off"
            value={text}
            error={problem?.field === "amount" ? problem.message : null}
            onFocus={(event) => event.currentTarget.select()}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setProblem(null);
            }}
          />
          {!paying && (
            <TextInput
              label={t.customers.why}
              maxLength={200}
              value={note}
              error={problem?.field === "note" ? problem.message : null}
              onChange={(event) => {
                setNote(event.currentTarget.value);
                setProblem(null);
              }}
            />
          )}
          {error !== null && <Text c="var(--ts-bad)" role="alert">{error.message}</Text>}
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>{t.common.cancel}</Button>
            <Button type="submit" loading={busy}>{paying ? t.customers.pay : t.common.save}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
