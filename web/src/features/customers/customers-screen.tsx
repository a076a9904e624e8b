import { Badge, Button, SegmentedControl } from "@mantine/core";
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
import { OverdueExport, OverdueList } from "./overdue-list";
import { customerQuery, useCustomer, useOverdue } from "./use-customer";

/** Everybody who buys with a name, and what they owe. */
export function CustomersScreen() {
  const format = useFormat();
  const mayEdit = useMay("edit_customers");
  const [view, setView] = useState<"all" | "late">("all");
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<Id | null>(null);
  const [form, setForm] = useState<"new" | "edit" | null>(null);
  const query = useMemo(() => customerQuery(search), [search]);
  const list = useWindow<Customer>(query);
  const columns = useMemo(() => columnsOf(format), [format]);
  const customer = useCustomer(chosen);
  const late = useOverdue();
  const all = view === "all";
  const count = list.total === null ? "" : format.count(list.total);
  const lateSum = late?.reduce((sum, row) => sum + row.overdue, 0) ?? 0;
  return (
    <Page
      title={t.customers.title}
      note={all ? count : late === null ? "" : t.customers.overdueTotal(late.length, format.money(lateSum))}
      tools={
        <>
          <SegmentedControl
            aria-label={t.customers.show}
            value={view}
            onChange={setView}
            data={[
              { value: "all", label: t.customers.everybody },
              { value: "late", label: t.customers.overdue },
            ]}
          />
          {all ? <SearchField label={t.customers.search} value={search} onChange={setSearch} /> : <OverdueExport rows={late} />}
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
        {all ? <VirtualTable
          label={t.customers.list}
          list={list}
          listKey={search}
          columns={columns}
          selected={chosen}
          onOpen={(row) => setChosen(row.id)}
          empty={search === "" ? <Empty title={t.customers.none} hint={t.customers.noneHint} /> : <Empty title={t.customers.noMatch} hint="" />}
        /> : <OverdueList rows={late} onOpen={setChosen} />}
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
