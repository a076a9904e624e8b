import { Badge, Button, SegmentedControl } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useSearch } from "wouter";
import { t } from "../../i18n";
import { type Format, useFormat } from "../../lib/use-format";
import type { Id, Query, ReceiptView, RefundSummary, SaleSummary } from "../../sync/backend";
import { useWindow } from "../../sync/use-window";
import { Empty } from "../../ui/empty";
import { ExportButton } from "../../ui/export-button";
import { Page } from "../../ui/page";
import { usePrintMade } from "../../ui/printing";
import { ReceiptDialog } from "../../ui/receipt";
import { SearchField } from "../../ui/search-field";
import { notifyDone } from "../../ui/toast";
import { Split } from "../../ui/split";
import { type Column, VirtualTable } from "../../ui/virtual-table";
import { GoodsRefundDialog } from "./goods-refund-dialog";
import { LookUp } from "./look-up";
import { RefundDetail, SaleDetail } from "./sale-detail";
import { REFUND_EXPORT, SALE_EXPORT } from "./sales-export";
import classes from "./sales-screen.module.css";

type Tab = keyof typeof t.sales.tabs;
type Row = SaleSummary | RefundSummary;

const TABS = Object.entries(t.sales.tabs).map(([value, label]) => ({ value, label }));

/** Every sale and refund of the shop; the chosen one's receipt beside the list. */
export function SalesScreen() {
  const printMade = usePrintMade();
  const format = useFormat();
  const [tab, setTab] = useState<Tab>("sales");
  const scanned = new URLSearchParams(useSearch()).get("number") ?? "";
  const [search, setSearch] = useState(scanned);
  const [chosen, setChosen] = useState<Id | null>(null);
  const [shownOf, setShownOf] = useState(scanned);
  if (shownOf !== scanned) {
    // Another receipt was scanned while this screen was there.
    setShownOf(scanned);
    setSearch(scanned);
    setTab("sales");
    setChosen(null);
  }
  const [refunding, setRefunding] = useState(false);
  const [made, setMade] = useState<ReceiptView | null>(null);
  const query = useMemo(() => listQuery(tab, search.trim()), [tab, search]);
  const list = useWindow<Row>(query);
  const columns = useMemo(() => columnsOf(tab, format), [tab, format]);
  const sales = tab === "sales";
  const Detail = sales ? SaleDetail : RefundDetail;
  const nothing = sales ? <Empty title={t.sales.none} hint={t.sales.noneHint} /> : <Empty title={t.sales.noRefunds} hint={t.sales.noRefundsHint} />;
  return (
    <Page
      title={t.sales.title}
      note={list.total === null ? "" : (sales ? t.sales.count : t.sales.refundCount)(list.total)}
      tools={
        <>
          <SegmentedControl
            aria-label={t.sales.show}
            data={TABS}
            value={tab}
            onChange={(value) => {
              setTab(value as Tab);
              setChosen(null);
            }}
          />
          <SearchField label={t.sales.search} value={search} onChange={setSearch} />
          <ExportButton query={query} total={list.total ?? 0} sheet={sales ? SALE_EXPORT : REFUND_EXPORT} />
          <Button variant="default" leftSection={<IconArrowBackUp size={20} aria-hidden />} title={t.refund.goodsTitle} onClick={() => setRefunding(true)}>
            {t.refund.goodsTitle}
          </Button>
        </>
      }
    >
      <Split
        open={chosen !== null}
        detailLabel={t.receipt.title}
        detail={
          <>
            {chosen !== null && <Detail key={chosen} id={chosen} onBack={() => setChosen(null)} />}
            {chosen === null && list.total !== 0 && <Empty title={sales ? t.sales.choose : t.sales.chooseRefund} hint="" />}
          </>
        }
      >
        <VirtualTable
          label={sales ? t.sales.title : t.sales.tabs.refunds}
          list={list}
          listKey={`${tab}/${search}`}
          columns={columns}
          selected={chosen}
          onOpen={(row) => setChosen(row.id)}
          empty={search === "" ? nothing : <NoMatch sales={sales} number={search} onFound={setChosen} />}
        />
      </Split>
      {refunding && (
        <GoodsRefundDialog
          onClose={() => setRefunding(false)}
          onDone={(receipt) => {
            setRefunding(false);
            setMade(receipt);
            printMade?.(receipt.id);
            setTab("refunds");
            setChosen(receipt.id);
            notifyDone(t.refund.done(receipt.number));
          }}
        />
      )}
      <ReceiptDialog receipt={made} occasion="first" onClose={() => setMade(null)} />
    </Page>
  );
}

/** Older receipts are not on this till; for those the master is asked. */
function NoMatch(props: { readonly sales: boolean; readonly number: string; readonly onFound: (id: Id) => void }) {
  if (props.sales) return <LookUp key={props.number} number={props.number} onFound={props.onFound} />;
  return <Empty title={t.sales.noMatch} hint={t.sales.noMatchHint} />;
}

function listQuery(tab: Tab, search: string): Query {
  if (tab === "sales") {
    return {
      collection: "sales",
      ...(search === "" ? {} : { search }),
      sort: { field: "sold_at", desc: true },
      fields: ["number", "sold_at", "employee", "employee_name", "total"],
    };
  }
  return {
    collection: "refunds",
    ...(search === "" ? {} : { filter: [{ field: "number", op: "prefix", value: search.toUpperCase() }] }),
    sort: { field: "refunded_at", desc: true },
    fields: ["number", "sale", "sale_number", "refunded_at", "employee_name", "reason", "total"],
  };
}

function columnsOf(tab: Tab, format: Format): readonly Column<Row>[] {
  const sign = tab === "sales" ? "" : "−";
  return [
    {
      key: "number",
      title: t.sales.number,
      width: "minmax(176px, 1.2fr)",
      cell: (row) => (
        <span className={classes.number}>
          {row.number}
          {row.pending === true && <Badge size="md" radius="sm" variant="light" color="blue" tt="none">{t.common.notSent}</Badge>}
        </span>
      ),
    },
    {
      key: "when",
      title: t.sales.when,
      width: "minmax(168px, 0.9fr)",
      cell: (row) => format.dateTime("sold_at" in row ? row.sold_at : row.refunded_at),
    },
    { key: "who", title: t.sales.who, width: "minmax(112px, 1fr)", room: "medium", cell: (row) => row.employee_name ?? t.sales.unknownPerson },
    { key: "total", title: t.sales.total, width: "96px", align: "right", cell: (row) => <strong>{sign}{format.price(row.total)}</strong> },
  ];
}
