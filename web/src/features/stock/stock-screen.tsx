import { SegmentedControl, Select } from "@mantine/core";
import { useMemo, useState } from "react";
import { t } from "../../i18n";
import { type Format, useFormat } from "../../lib/use-format";
import type { Id, Product, Query } from "../../sync/backend";
import { useQuery } from "../../sync/use-query";
import { useWindow } from "../../sync/use-window";
import { Empty } from "../../ui/empty";
import { Page } from "../../ui/page";
import { SearchField } from "../../ui/search-field";
import { Split } from "../../ui/split";
import { type Column, VirtualTable } from "../../ui/virtual-table";
import { ExpiringExport } from "./expiring-export";
import { ExpiringList } from "./expiring-list";
import { GoodsDetail } from "./goods-detail";
import { useExpiring } from "./use-batches";
import classes from "./stock.module.css";

const WITHIN = [3, 7, 14, 30, 90, 365] as const;

/** What is there of everything, of which batches, and what expires soon. */
export function StockScreen() {
  const format = useFormat();
  const [view, setView] = useState<"all" | "expiring">("all");
  const [search, setSearch] = useState("");
  const [days, setDays] = useState(30);
  const [chosen, setChosen] = useState<Goods | null>(null);
  const query = useMemo<Query>(
    () => ({
      collection: "products",
      filter: [
        { field: "archived", op: "eq", value: false },
        { field: "stocked", op: "eq", value: true },
      ],
      ...(search.trim() === "" ? {} : { search: search.trim() }),
      sort: { field: "name" },
      include: ["stock"],
    }),
    [search],
  );
  const list = useWindow<Product>(query);
  const { goods, refresh } = useExpiring(days);
  const product = useGoods(chosen);
  const all = view === "all";
  const note = all ? (list.total === null ? "" : t.stock.count(list.total)) : goods === null ? "" : t.stock.countBatches(goods.rows.length);
  return (
    <Page
      title={t.stock.title}
      note={note}
      tools={
        <>
          {all ? (
            <SearchField label={t.stock.search} value={search} onChange={setSearch} />
          ) : (
            <>
              <Select
                className={classes.within}
                aria-label={t.stock.within}
                allowDeselect={false}
                data={WITHIN.map((n) => ({ value: String(n), label: `${t.stock.within} ${t.stock.days(n)}` }))}
                value={String(days)}
                onChange={(value) => setDays(Number(value))}
              />
              <ExpiringExport goods={goods} />
            </>
          )}
          <SegmentedControl
            aria-label={t.stock.show}
            value={view}
            onChange={setView}
            data={[
              { value: "all", label: t.stock.all },
              { value: "expiring", label: t.stock.expiring },
            ]}
          />
        </>
      }
    >
      <Split
        open={product !== null}
        detailLabel={t.stock.batches}
        detail={
          product === null ? (
            <Empty title={t.stock.choose} hint={t.stock.chooseHint} />
          ) : (
            <GoodsDetail key={product.id} product={product} onChanged={() => void refresh()} onBack={() => setChosen(null)} />
          )
        }
      >
        {all ? (
          <VirtualTable
            label={t.stock.list}
            list={list}
            listKey={search}
            columns={columnsOf(format)}
            selected={chosen?.id ?? null}
            onOpen={setChosen}
            empty={search === "" ? <Empty title={t.stock.none} hint={t.stock.noneHint} /> : <Empty title={t.stock.noMatch} hint={t.stock.noMatchHint} />}
          />
        ) : (
          <ExpiringList goods={goods} chosen={chosen?.id ?? null} onOpen={({ product: id, code }) => setChosen({ id, code })} onChanged={() => void refresh()} />
        )}
      </Split>
    </Page>
  );
}

/** What was chosen: queries know no id, so the code finds it. */
interface Goods {
  readonly id: Id;
  readonly code: string;
}

/** A product with its stock, as it is now. */
function useGoods(chosen: Goods | null): Product | null {
  const filter = [{ field: "code", op: "eq", value: chosen?.code ?? "" }] as const;
  const found = useQuery<Product>({ collection: "products", filter, include: ["stock"] });
  return found?.items.find((product) => product.id === chosen?.id) ?? null;
}

function columnsOf(format: Format): readonly Column<Product>[] {
  return [
    { key: "name", title: t.stock.product, width: "minmax(180px, 2.4fr)", cell: (product) => product.name },
    { key: "code", title: t.products.code, width: "minmax(90px, 0.8fr)", room: "medium", cell: (product) => product.code },
    {
      key: "reorder",
      title: t.products.reorder,
      width: "120px",
      align: "right",
      room: "wide",
      cell: (product) => (product.reorder_level === null ? "" : format.quantity(product.reorder_level)),
    },
    {
      key: "stock",
      title: t.stock.inStock,
      width: "104px",
      align: "right",
      cell: (product) => <strong>{typeof product.on_hand === "number" ? format.quantity(product.on_hand) : ""}</strong>,
    },
  ];
}
