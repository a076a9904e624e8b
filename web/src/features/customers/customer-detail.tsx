import { Badge, Button, Group, Stack } from "@mantine/core";
import { IconCoins, IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import { t } from "../../i18n";
import { type Format, useFormat } from "../../lib/use-format";
import type { Customer, CustomerCredit } from "../../sync/backend";
import { Facts } from "../../ui/facts";
import { BackButton } from "../../ui/split";
import { useMay } from "../login/session";
import { CreditDialog } from "./credit-dialog";
import classes from "./customers.module.css";
import { useCredit } from "./use-customer";

interface CustomerDetailProps {
  readonly customer: Customer;
  /** `null`: may look only. */
  readonly onEdit: (() => void) | null;
  readonly onBack: () => void;
}

/** Who somebody is, what they bought, and how what they owe came about. */
export function CustomerDetail(props: CustomerDetailProps) {
  const { customer } = props;
  const format = useFormat();
  const maySell = useMay("sell");
  const mayCorrect = useMay("manage_credit");
  const { credit, refresh } = useCredit(customer);
  const [dialog, setDialog] = useState<"pay" | "correct" | null>(null);
  const owes = credit?.balance ?? customer.credit_balance ?? 0;
  return (
    <Stack gap="sm" data-testid="customer">
      <Group justify="space-between" gap="xs">
        <BackButton onBack={props.onBack} />
        <span />
        {props.onEdit !== null && (
          <Button variant="default" leftSection={<IconPencil size={20} aria-hidden />} onClick={props.onEdit}>{t.customers.edit}</Button>
        )}
      </Group>
      <section className={classes.card}>
        <h2>{customer.name}</h2>
        <Facts>
          {customer.phone !== null && <Fact name={t.customers.phone} value={customer.phone} />}
          {customer.email !== null && <Fact name={t.customers.email} value={customer.email} />}
          {customer.address.length > 0 && <Fact name={t.customers.address} value={customer.address.join(", ")} />}
          {customer.notes !== null && <Fact name={t.customers.notes} value={customer.notes} />}
          <Fact name={t.customers.spent} value={`${format.money(customer.total_spent ?? 0)} · ${t.customers.orders(customer.total_orders ?? 0)}`} />
          {customer.last_order_at !== null && <Fact name={t.customers.last} value={format.dateTime(customer.last_order_at)} />}
        </Facts>
      </section>
      <section className={classes.card}>
        <div className={classes.owes}>
          <span>
            {t.customers.owes}
            <span className={classes.left}>{(credit?.limit ?? 0) === 0 ? t.customers.noCredit : t.customers.left(format.money(credit?.left ?? 0))}</span>
          </span>
          <strong data-testid="owes">{format.money(owes)}</strong>
        </div>
        <Group gap="xs">
          {maySell && owes > 0 && (
            <Button leftSection={<IconCoins size={20} aria-hidden />} onClick={() => setDialog("pay")}>{t.customers.pay}</Button>
          )}
          {mayCorrect && <Button variant="default" onClick={() => setDialog("correct")}>{t.customers.correct}</Button>}
        </Group>
        <Ledger credit={credit} format={format} />
      </section>
      {dialog !== null && (
        <CreditDialog
          kind={dialog}
          customer={customer}
          owes={owes}
          onClose={() => setDialog(null)}
          onDone={() => {
            setDialog(null);
            void refresh();
          }}
        />
      )}
    </Stack>
  );
}

function Fact(props: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt>{props.name}</dt>
      <dd>{props.value}</dd>
    </>
  );
}

function Ledger({ credit, format }: { readonly credit: CustomerCredit | null; readonly format: Format }) {
  if (credit === null) return null;
  if (credit.entries.length === 0) return <p className={classes.none}>{t.customers.noEntries}</p>;
  return (
    <ul className={classes.ledger} aria-label={t.customers.ledger}>
      {credit.entries.map((entry) => (
        <li key={entry.id}>
          <span className={classes.what}>
            <span>
              {t.customers.kinds[entry.kind]}
              {entry.method !== null && `, ${t.customers.by[entry.method]}`}
            </span>
            <span className={classes.when}>
              {[format.dateTime(entry.at), entry.number, entry.due === null ? null : t.customers.due(entry.due), entry.note].filter(Boolean).join(" · ")}
            </span>
          </span>
          {entry.pending && <Badge size="md" radius="sm" variant="light" color="blue" tt="none">{t.common.notSent}</Badge>}
          <strong>{entry.amount < 0 ? `−${format.price(-entry.amount)}` : format.price(entry.amount)}</strong>
        </li>
      ))}
    </ul>
  );
}
