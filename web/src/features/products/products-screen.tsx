import { Badge, Button, Menu, Switch } from "@mantine/core";
import { IconChevronDown, IconDownload, IconPlus, IconTags, IconUpload } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { t } from "../../i18n";
import { markStart } from "../../lib/marks";
import { useFormat } from "../../lib/use-format";
import type { Category, Product, Query } from "../../sync/backend";
import { useQuery } from "../../sync/use-query";
import { useWindow } from "../../sync/use-window";
import { Empty } from "../../ui/empty";
import { ExportProgress, useExport } from "../../ui/export-button";
import { Page } from "../../ui/page";
import { SearchField } from "../../ui/search-field";
import { type Column, VirtualTable } from "../../ui/virtual-table";
import { useMay } from "../login/session";
import { CategoriesDialog } from "./categories-dialog";
import { ImportDialog } from "./import/import-dialog";
import { ProductDrawer } from "./product-drawer";
import classes from "./products-screen.module.css";
import { productExport } from "./product-export";

/** The catalogue as a table: find, change, archive, export. */
export function ProductsScreen() {
  const format = useFormat();
  const mayEdit = useMay("edit_products");
  const [search, setSearch] = useState("");
  const [archived, setArchived] = useState(false);
  const [open, setOpen] = useState<Product | "new" | null>(null);
  const [dialog, setDialog] = useState<"categories" | "import" | null>(null);
  const categories = useQuery<Category>({ collection: "categories", sort: { field: "position" } });
  const names = useMemo(() => new Map(categories?.items.map((each) => [each.id, each.name])), [categories]);
  const query = useMemo<Query>(
    () => ({
      collection: "products",
      filter: archived ? [] : [{ field: "archived", op: "eq", value: false }],
      ...(search.trim() === "" ? {} : { search: search.trim() }),
      sort: { field: "name" },
      include: ["stock"],
    }),
    [search, archived],
  );
  const list = useWindow<Product>(query);
  const exporting = useExport(query, useMemo(() => productExport(names), [names]));
  const columns: readonly Column<Product>[] = [
    {
      key: "name",
      title: t.products.name,
      width: "minmax(180px, 2.4fr)",
      cell: (product) => (
        <>
          {product.name} {product.archived && <Badge size="md" radius="sm" variant="light" color="gray" tt="none">{t.products.isArchived}</Badge>}
        </>
      ),
    },
    { key: "code", title: t.products.code, width: "minmax(90px, 0.8fr)", cell: (product) => product.code },
    { key: "barcode", title: t.products.barcode, width: "minmax(120px, 1fr)", room: "wide", cell: (product) => product.barcode },
    {
      key: "category",
      title: t.products.category,
      width: "minmax(100px, 1fr)",
      room: "medium",
      cell: (product) => (product.category === null ? "" : names.get(product.category)),
    },
    {
      key: "stock",
      title: t.products.stock,
      width: "88px",
      align: "right",
      cell: (product) => (product.stocked && typeof product.on_hand === "number" ? format.quantity(product.on_hand) : ""),
    },
    { key: "price", title: t.products.price, width: "96px", align: "right", cell: (product) => <strong>{format.price(product.price)}</strong> },
  ];

  return (
    <Page
      title={t.products.title}
      note={list.total === null ? "" : t.products.count(list.total)}
      tools={
        <>
          <Switch size="md" label={t.products.archived} checked={archived} onChange={(event) => setArchived(event.currentTarget.checked)} />
          <SearchField
            label={t.products.search}
            value={search}
            onChange={(text) => {
              markStart("key-to-results");
              setSearch(text);
            }}
          />
          {exporting.progress !== null && <ExportProgress progress={exporting.progress} onCancel={exporting.cancel} />}
          <Menu position="bottom-end" width={240}>
            <Menu.Target>
              <Button variant="default" rightSection={<IconChevronDown size={18} aria-hidden />}>{t.products.catalogue}</Button>
            </Menu.Target>
            <Menu.Dropdown>
              {mayEdit && (
                <>
                  <Menu.Item className={classes.item} leftSection={<IconTags size={20} aria-hidden />} onClick={() => setDialog("categories")}>
                    {t.categories.button}
                  </Menu.Item>
                  <Menu.Item className={classes.item} leftSection={<IconUpload size={20} aria-hidden />} onClick={() => setDialog("import")}>
                    {t.products.import}
                  </Menu.Item>
                </>
              )}
              <Menu.Item
                className={classes.item}
                leftSection={<IconDownload size={20} aria-hidden />}
                disabled={(list.total ?? 0) === 0 || exporting.progress !== null}
                onClick={exporting.start}
              >
                {t.common.export}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
          {mayEdit && (
            <Button leftSection={<IconPlus size={20} aria-hidden />} onClick={() => setOpen("new")}>{t.products.new}</Button>
          )}
        </>
      }
    >
      <VirtualTable
        label={t.products.list}
        list={list}
        listKey={`${search}/${String(archived)}`}
        columns={columns}
        selected={open === null || open === "new" ? null : open.id}
        onOpen={setOpen}
        empty={search === "" ? <Empty title={t.products.none} hint={t.products.noneHint} /> : <Empty title={t.products.noMatch} hint={t.products.noMatchHint} />}
      />
      {open !== null && (
        <ProductDrawer
          product={open === "new" ? null : open}
          categories={categories?.items ?? []}
          onClose={() => setOpen(null)}
        />
      )}
      {dialog === "categories" && <CategoriesDialog categories={categories?.items ?? []} onClose={() => setDialog(null)} />}
      {dialog === "import" && <ImportDialog onClose={() => setDialog(null)} />}
    </Page>
  );
}
