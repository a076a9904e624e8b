import { Button, Group, Modal, Stack, TextInput, UnstyledButton } from "@mantine/core";
import { useMemo, useState } from "react";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import type { Customer, Id } from "../../sync/backend";
import { useQuery } from "../../sync/use-query";
import { useMay } from "../login/session";
import { CustomerDrawer } from "./customer-drawer";
import classes from "./customers.module.css";
import { customerQuery } from "./use-customer";

/** How many are shown: more letters find the others. */
const SHOWN = 30;

interface ChooseDialogProps {
  readonly chosen: Id | null;
  readonly onChoose: (customer: Id | null) => void;
  readonly onClose: () => void;
}

/** Who buys: found by name, phone or e-mail, or made here. */
export function ChooseDialog(props: ChooseDialogProps) {
  const format = useFormat();
  const mayMake = useMay("edit_customers");
  const [search, setSearch] = useState("");
  const [making, setMaking] = useState(false);
  const query = useMemo(() => ({ ...customerQuery(search), limit: SHOWN }), [search]);
  const found = useQuery<Customer>(query);
  const first = found?.items[0];
  if (making) return <CustomerDrawer customer={null} onSaved={props.onChoose} onClose={props.onClose} />;
  return (
    <Modal opened onClose={props.onClose} title={t.customers.chooseTitle} data-scan="off">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (first !== undefined && search.trim() !== "") props.onChoose(first.id);
        }}
      >
        <Stack gap="sm" pt={4}>
          <TextInput
            aria-label={t.customers.search}
            placeholder={t.customers.search}
            data-autofocus
            autoComplete="off"
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
          <ul className={classes.list} aria-label={t.customers.list}>
            {found?.items.map((customer) => (
              <li key={customer.id}>
                <UnstyledButton className={classes.person} onClick={() => props.onChoose(customer.id)}>
                  <span>
                    <strong>{customer.name}</strong>
                    <span className={classes.when}>{[customer.phone, customer.email].filter(Boolean).join(" · ")}</span>
                  </span>
                  {(customer.credit_balance ?? 0) > 0 && <span className={classes.sum}>{t.customers.owes} {format.money(customer.credit_balance ?? 0)}</span>}
                </UnstyledButton>
              </li>
            ))}
          </ul>
          {found?.total === 0 && <p className={classes.none}>{search === "" ? t.customers.none : t.customers.noMatch}</p>}
          <Group justify="space-between">
            {props.chosen === null ? <span /> : <Button variant="default" onClick={() => props.onChoose(null)}>{t.customers.nobody}</Button>}
            {mayMake && <Button variant="default" onClick={() => setMaking(true)}>{t.customers.new}</Button>}
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
