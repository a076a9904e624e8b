import { Button, Group, Modal, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { t } from "../../i18n";
import { decimal, parsePercent } from "../../lib/money";
import { useFormat } from "../../lib/use-format";
import type { CartLine, Discount, Id } from "../../sync/backend";

interface DiscountDialogProps {
  /** The chosen line; `null` when there is none. */
  readonly line: CartLine | null;
  readonly orderDiscount: Discount | null;
  readonly startWithLine: boolean;
  readonly entry: string;
  readonly onSubmit: (line: Id | null, discount: Discount | null) => void;
  readonly onClose: () => void;
}

/** Percent or amount, on the chosen line or the whole order. How much is allowed is decided below. */
export function DiscountDialog(props: DiscountDialogProps) {
  const format = useFormat();
  const [onLine, setOnLine] = useState(props.startWithLine && props.line !== null);
  const present = onLine ? (props.line?.discount ?? null) : props.orderDiscount;
  const [kind, setKind] = useState<Discount["kind"]>(present?.kind ?? "percent");
  const [text, setText] = useState(props.entry !== "" ? props.entry : present === null ? "" : asText(present, format.editable));
  const [error, setError] = useState<string | null>(null);
  const target = onLine && props.line !== null ? props.line.id : null;

  const submit = () => {
    const value = kind === "percent" ? parsePercent(text) : format.parse(text);
    if (value === null || value < 0) {
      setError(kind === "percent" ? t.discount.invalidPercent : t.discount.invalidAmount);
      return;
    }
    props.onSubmit(target, value === 0 ? null : kind === "percent" ? { kind, rate: value } : { kind, amount: value });
  };

  return (
    <Modal opened onClose={props.onClose} title={t.discount.title} size="md">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack gap="md">
          {props.line !== null && (
            <SegmentedControl
              fullWidth
              aria-label={t.discount.title}
              value={onLine ? "line" : "order"}
              onChange={(value) => setOnLine(value === "line")}
              data={[
                { value: "order", label: t.discount.onOrder },
                { value: "line", label: t.discount.onLine },
              ]}
            />
          )}
          {onLine && props.line !== null && <Text fw={600}>{props.line.name}</Text>}
          <SegmentedControl
            fullWidth
            aria-label={t.discount.title}
            value={kind}
            onChange={(value) => {
              setKind(value === "amount" ? "amount" : "percent");
              setError(null);
            }}
            data={[
              { value: "percent", label: t.discount.percent },
              { value: "amount", label: t.discount.amount },
            ]}
          />
          <TextInput
            label={kind === "percent" ? t.discount.percent : t.discount.amount}
            inputMode="decimal"
            data-autofocus
            autoComplete="off"
            value={text}
            error={error}
            onFocus={(event) => event.currentTarget.select()}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setError(null);
            }}
          />
          <Group justify="space-between">
            {present === null ? (
              <span />
            ) : (
              <Button variant="default" onClick={() => props.onSubmit(target, null)}>{t.discount.removeIt}</Button>
            )}
            <Group>
              <Button variant="default" onClick={props.onClose}>{t.common.cancel}</Button>
              <Button type="submit">{t.discount.set}</Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function asText(discount: Discount, editable: (value: number) => string): string {
  return discount.kind === "percent" ? decimal(discount.rate, 2).replace(/\.?0+$/, "") : editable(discount.amount);
}
