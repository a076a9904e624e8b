import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { IconArrowBackUp, IconArrowLeft } from "@tabler/icons-react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import type { Id, Query, ReceiptView, RefundSummary, SaleSummary } from "../../sync/backend";
import { toBackendError } from "../../sync/backend-error";
import { useBackend } from "../../sync/context";
import { useQuery } from "../../sync/use-query";
import { useWindow } from "../../sync/use-window";
import { Empty } from "../../ui/empty";
import { Page } from "../../ui/page";
import { PrintButton, Receipt, ReceiptDialog } from "../../ui/receipt";
import { SearchField } from "../../ui/search-field";
import { notifyDone } from "../../ui/toast";
import { type Column, VirtualTable } from "../../ui/virtual-table";
import { useMay } from "../login/session";
import { RefundDialog } from "./refund-dialog";
import classes from "./sales-screen.module.css";

/** Every sale of the shop; the chosen one's receipt beside it. */
export function SalesScreen() {
  const format = useFormat();
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<Id | null>(null);
  const query = useMemo<Query>(
    () => ({
      collection: "sales",
      ...(search.trim() === "" ? {} : { search: search.trim() }),
      sort: { field: "sold_at", desc: true },
      fields: ["number", "sold_at", "employee", "employee_name", "total"],
    }),
    [search],
  );
  const list = useWindow<SaleSummary>(query);
  const columns: readonly Column<SaleSummary>[] = [
    {
      key: "number",
      title: t.sales.number,
      width: "minmax(180px, 1.4fr)",
      cell: (sale) => (
        <span className={classes.number}>
          {sale.number}
          {sale.pending === true && <Badge size="md" radius="sm" variant="light" color="blue" tt="none">{t.common.notSent}</Badge>}
        </span>
      ),
    },
    { key: "when", title: t.sales.when, width: "minmax(172px, 1fr)", cell: (sale) => format.dateTime(sale.sold_at) },
    { key: "who", title: t.sales.who, width: "minmax(88px, 0.6fr)", wide: true, cell: (sale) => sale.employee_name ?? t.sales.unknownPerson },
    { key: "total", title: t.sales.total, width: "88px", align: "right", cell: (sale) => <strong>{format.price(sale.total)}</strong> },
  ];
  return (
    <Page
      title={t.sales.title}
      note={list.total === null ? "" : t.sales.count(list.total)}
      tools={<SearchField label={t.sales.search} value={search} onChange={setSearch} />}
    >
      <div className={classes.split} data-open={chosen !== null}>
        <VirtualTable
          label={t.sales.title}
          list={list}
          listKey={search}
          columns={columns}
          selected={chosen}
          onOpen={(sale) => setChosen(sale.id)}
          empty={search === "" ? <Empty title={t.sales.none} hint={t.sales.noneHint} /> : <Empty title={t.sales.noMatch} hint={t.sales.noMatchHint} />}
        />
        <section className={classes.detail} aria-label={t.receipt.title}>
          {chosen === null ? <Empty title={t.sales.choose} hint="" /> : <SaleDetail key={chosen} saleId={chosen} onBack={() => setChosen(null)} />}
        </section>
      </div>
    </Page>
  );
}

function SaleDetail(props: { readonly saleId: Id; readonly onBack: () => void }) {
  const backend = useBackend();
  const format = useFormat();
  const mayRefund = useMay("refund");
  const [receipt, setReceipt] = useState<ReceiptView | null>(null);
  const [shown, setShown] = useState<ReceiptView | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [refunding, setRefunding] = useState(false);
  const filter = [{ field: "sale", op: "eq", value: props.saleId }] as const;
  // The receipt is asked for again when the sale or one of its refunds changes.
  const refunds = useQuery<RefundSummary>({ collection: "refunds", filter, fields: ["number"] });
  const sale = useQuery({ collection: "sales", filter: [{ field: "id", op: "eq", value: props.saleId }], fields: ["number"], limit: 1 });
  const load = useCallback(async () => setReceipt(await backend.receipt(props.saleId)), [backend, props.saleId]);
  useEffect(() => {
    load().catch((thrown: unknown) => setProblem(toBackendError(thrown).message));
  }, [load, refunds, sale]);

  if (problem !== null) return <Empty title={t.common.failed} hint={problem} />;
  if (receipt === null) return null;
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <Button className={classes.back} variant="default" leftSection={<IconArrowLeft size={20} aria-hidden />} onClick={props.onBack}>
          {t.common.back}
        </Button>
        <Text fw={600}>{t.sales.refunded[receipt.refunded]}</Text>
        <Group gap="xs">
          {receipt.refunded !== "fully" && (
            <Button
              variant="default"
              leftSection={<IconArrowBackUp size={20} aria-hidden />}
              title={mayRefund ? undefined : t.override.title}
              onClick={() => setRefunding(true)}
            >
              {t.sales.refund}
            </Button>
          )}
          <PrintButton receipt={receipt} />
        </Group>
      </Group>
      <Receipt receipt={receipt} />
      {receipt.refunds.length > 0 && (
        <section>
          <Text fw={600} mb={4}>{t.sales.refundsOf}</Text>
          {receipt.refunds.map((refund) => (
            <Button
              key={refund.id}
              fullWidth
              variant="default"
              justify="space-between"
              mb={8}
              rightSection={format.money(refund.total)}
              onClick={() => {
                backend.receipt(refund.id).then(setShown, (thrown: unknown) => setProblem(toBackendError(thrown).message));
              }}
            >
              {refund.number}
            </Button>
          ))}
        </section>
      )}
      {refunding && (
        <RefundDialog
          saleId={props.saleId}
          onClose={() => setRefunding(false)}
          onDone={(made) => {
            setRefunding(false);
            setShown(made);
            notifyDone(t.refund.done(made.number));
            void load();
          }}
        />
      )}
      <ReceiptDialog receipt={shown} onClose={() => setShown(null)} />
    </Stack>
  );
}
