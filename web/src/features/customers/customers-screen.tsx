import { Badge, Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { t } from "../../i18n";
import { type Format, useFormat } from "../../lib/use-format";
import type { Customer, Id } from "../../sync/backend";
import { useWindow } from "../../sync/use-window";
import { Empty } from "../../ui/empty";
import { Page } from "../../ui/page";
import { SearchField } from "../../ui/search-field";
import { Split } from "../../ui/split";
import { type Column, VirtualTable } from "../../ui/virtual-table";
import { useMay } from "../login/session";
import { CustomerDetail } from "./customer-detail";
import { CustomerDrawer } from "./customer-drawer";
import { customerQuery, useCustomer } from "./use-customer";

/** Everybody who buys with a name, and what they owe. */
export function CustomersScreen() {
  const format = useFormat();
  const mayEdit = useMay("edit_customers");
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<Id | null>(null);
  const [form, setForm] = useState<"new" | "edit" | null>(null);
  const query = useMemo(() => customerQuery(search), [search]);
  const list = useWindow<Customer>(query);
  const columns = useMemo(() => columnsOf(format), [format]);
  const customer = useCustomer(chosen);
  return (
    <Page
      title={t.customers.title}
      note={list.total === null ? "" : format.count(list.total)}
      tools={
        <>
          <SearchField label={t.customers.search} value={search} onChange={setSearch} />
          {mayEdit && (
            <Button leftSection={<IconPlus size={20} aria-hidden />} onClick={() => setForm("new")}>{t.customers.new}</Button>
          )}
        </>
      }
    >
      <Split
        open={customer !== null}
        detailLabel={t.customers.ledger}
        detail={
          customer !== null && (
            <CustomerDetail key={customer.id} customer={customer} onEdit={mayEdit ? () => setForm("edit") : null} onBack={() => setChosen(null)} />
          )
        }
      >
        <VirtualTable
          label={t.customers.list}
          list={list}
          listKey={search}
          columns={columns}
          selected={chosen}
          onOpen={(row) => setChosen(row.id)}
          empty={search === "" ? <Empty title={t.customers.none} hint={t.customers.noneHint} /> : <Empty title={t.customers.noMatch} hint="" />}
        />
      </Split>
      {form !== null && (
        <CustomerDrawer
          key={form === "edit" ? customer?.id : "new"}
          customer={form === "edit" ? customer : null}
          onSaved={setChosen}
          onClose={() => setForm(null)}
        />
      )}
    </Page>
  );
}

function columnsOf(format: Format): readonly Column<Customer>[] {
  return [
    {
      key: "name",
      title: t.customers.name,
      width: "minmax(150px, 2fr)",
      cell: (each) => (
        <>
          {each.name} {each.pending === true && <Badge size="md" radius="sm" variant="light" color="blue" tt="none">{t.common.notSent}</Badge>}
        </>
      ),
    },
    { key: "phone", title: t.customers.phone, width: "minmax(120px, 1fr)", room: "medium", cell: (each) => each.phone },
    { key: "spent", title: t.customers.spent, width: "104px", align: "right", room: "medium", cell: (each) => format.price(each.total_spent ?? 0) },
    {
      key: "owes",
      title: t.customers.owes,
      width: "104px",
      align: "right",
      cell: (each) => ((each.credit_balance ?? 0) === 0 ? "" : <strong>{format.price(each.credit_balance ?? 0)}</strong>),
    },
  ];
}
