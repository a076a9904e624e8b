import { TextInput } from "@mantine/core";
import { useState } from "react";
import { t } from "../../i18n";
import { newId } from "../../lib/id";
import { useFormat } from "../../lib/use-format";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { notifyDone } from "../../ui/toast";
import { DrawerDialog } from "./drawer-dialog";
import { useReason } from "./use-reason";

interface CashDialogProps {
  readonly kind: "add" | "payout";
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Cash that goes in or out without a sale, and what for. */
export function CashDialog(props: CashDialogProps) {
  const { kind } = props;
  const backend = useBackend();
  const format = useFormat();
  const [id] = useState(newId);
  const [text, setText] = useState("");
  const { reason, refuse, field } = useReason();
  const [problem, setProblem] = useState<string | null>(null);
  const { run, busy, error } = useMutation(async () => {
    const amount = format.parse(text);
    if (amount === null || amount <= 0) {
      setProblem(t.drawer.amountMissing);
      return;
    }
    if (reason === null) {
      refuse(t.drawer.reasonMissing);
      return;
    }
    await backend.moveCash({ id, kind, amount, reason });
    notifyDone(t.drawer.moved[kind](format.money(amount)));
    props.onDone();
  });
  return (
    <DrawerDialog
      title={kind === "add" ? t.drawer.addTitle : t.drawer.payoutTitle}
      action={t.drawer[kind]}
      busy={busy}
      error={error?.message}
      onSubmit={() => void run()}
      onClose={props.onClose}
    >
      <TextInput
        label={t.drawer.amount}
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
      <TextInput label={t.drawer.reason} placeholder={t.drawer.reasonHint[kind]} maxLength={120} {...field} />
    </DrawerDialog>
  );
}
