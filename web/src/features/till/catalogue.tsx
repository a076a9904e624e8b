import { Button, TextInput, UnstyledButton } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { IconBarcode, IconX } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type KeyboardEvent, memo, type RefObject, type WheelEvent, useEffect, useMemo, useRef, useState } from "react";
import { t } from "../../i18n";
import { markColour, markOf } from "../../lib/category-mark";
import { markPainted, markStart } from "../../lib/marks";
import { type Format, useFormat } from "../../lib/use-format";
import type { Category, Id, Product, Query } from "../../sync/backend";
import { useQuery } from "../../sync/use-query";
import { useStatusPart } from "../../sync/use-status";
import { useWindow } from "../../sync/use-window";
import { Empty } from "../../ui/empty";
import { KeyHint } from "../../ui/key-hint";
import { keepFocus } from "../../ui/numpad";
import classes from "./catalogue.module.css";

/** As in theme.ts: tile height and gap, which the virtual grid must know in pixels. */
const ROW_HEIGHT = 112;
const TILE_MIN = 126;

interface CatalogueProps {
  readonly searchField: RefObject<HTMLInputElement | null>;
  readonly onAdd: (product: Product) => void;
  /** Enter in the search. True when something was added. */
  readonly onEnter: (text: string, first: Product | null) => Promise<boolean>;
}

/** Search, categories and the grid of tiles, of which only the visible ones exist. */
export const Catalogue = memo(function Catalogue(props: CatalogueProps) {
  const format = useFormat();
  const arriving = useStatusPart((status) => status.firstSync !== null);
  const [search, setSearch] = useState("");
  const [category, setCategory] = useState<Id | null>(null);
  const [chosen, setChosen] = useState(0);
  const categories = useQuery<Category>({ collection: "categories", sort: { field: "position" } });
  const marks = useMemo(
    () => new Map(categories?.items.map((each) => [each.id, { "--mark": markColour(markOf(each)) } as CSSProperties])),
    [categories],
  );
  const query = useMemo(() => catalogueQuery(search, category), [search, category]);
  const list = useWindow<Product>(query);
  const total = list.total ?? 0;

  const { ref: sizeRef, width } = useElementSize<HTMLDivElement>();
  const scroller = useRef<HTMLDivElement>(null);
  const columns = Math.max(2, Math.floor((width + 8) / TILE_MIN));
  const rows = useVirtualizer({
    count: Math.ceil(total / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 1,
  });
  const visible = rows.getVirtualItems();
  const first = (visible[0]?.index ?? 0) * columns;
  const last = Math.max(first, ((visible.at(-1)?.index ?? 0) + 1) * columns - 1);
  useEffect(() => list.show(first, last), [list, first, last]);
  useEffect(() => markPainted("key-to-results"), [list]);
  useEffect(() => {
    setChosen(0);
    scroller.current?.scrollTo({ top: 0 });
  }, [query]);

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined) {
      event.preventDefault();
      const next = Math.min(Math.max(chosen + move, 0), Math.max(total - 1, 0));
      setChosen(next);
      rows.scrollToIndex(Math.floor(next / columns));
    } else if (event.key === "Enter" && !event.repeat && search.trim() !== "") {
      event.preventDefault();
      // What is shown must be what was typed: an older answer is not sold by accident.
      const seen = list.total === null ? null : (list.at(chosen) ?? null);
      void props.onEnter(search.trim(), seen).then((added) => {
        if (added) setSearch("");
      });
    } else if (event.key === "Escape") {
      if (search === "") event.currentTarget.blur();
      setSearch("");
    }
  };

  return (
    <section className={classes.catalogue} aria-label={t.till.products}>
      <div className={classes.bar}>
        <TextInput
          ref={props.searchField}
          type="text"
          inputMode="search"
          aria-label={t.till.search}
          placeholder={t.till.search}
          value={search}
          leftSection={<IconBarcode size={22} aria-hidden />}
          rightSectionWidth={search === "" ? 52 : 48}
          rightSection={
            search === "" ? (
              <KeyHint>F2</KeyHint>
            ) : (
              <UnstyledButton className={classes.clear} aria-label={t.common.clear} onClick={() => setSearch("")}>
                <IconX size={20} aria-hidden />
              </UnstyledButton>
            )
          }
          role="combobox"
          aria-expanded={total > 0}
          aria-controls="catalogue-tiles"
          aria-autocomplete="list"
          {...(search !== "" && total > 0 ? { "aria-activedescendant": `tile-${String(chosen)}` } : {})}
          autoComplete="off"
          onChange={(event) => {
            markStart("key-to-results", event.timeStamp);
            setSearch(event.currentTarget.value);
          }}
          onKeyDown={onKeyDown}
        />
        <div className={classes.categories} role="group" aria-label={t.till.categories} onWheel={sideways}>
          <Button
            variant={category === null ? "filled" : "default"}
            aria-pressed={category === null}
            className={classes.category}
            onClick={() => setCategory(null)}
          >
            {t.till.all}
          </Button>
          {categories?.items.filter((each) => each.archived !== true).map((each) => (
            <Button
              key={each.id}
              variant={category === each.id ? "filled" : "default"}
              aria-pressed={category === each.id}
              className={classes.category}
              onClick={() => setCategory(each.id)}
              leftSection={<span className={classes.mark} style={marks.get(each.id)} aria-hidden />}
            >
              {each.name}
            </Button>
          ))}
        </div>
      </div>
      {arriving && <p className={classes.arriving}>{t.till.firstSync}</p>}
      <div ref={scroller} className={classes.scroller} tabIndex={-1}>
        <div ref={sizeRef} className={classes.width} />
        {list.total === 0 ? (
          search === "" && category === null ? (
            <Empty title={t.till.noProducts} hint={t.till.noProductsHint} />
          ) : (
            <Empty title={t.till.noMatch(search)} hint={t.till.noMatchHint} />
          )
        ) : (
          <div
            id="catalogue-tiles"
            role="listbox"
            aria-label={t.till.products}
            className={classes.grid}
            style={{ height: rows.getTotalSize() }}
          >
            {visible.map((row) => (
              <div
                key={row.key}
                role="presentation"
                className={classes.row}
                style={{ transform: `translateY(${String(row.start)}px)`, gridTemplateColumns: `repeat(${String(columns)}, 1fr)` }}
              >
                {Array.from({ length: columns }, (_, column) => {
                  const index = row.index * columns + column;
                  if (index >= total) return null;
                  const product = list.at(index);
                  if (product === undefined) return <div key={index} role="presentation" className={classes.blank} />;
                  return (
                    <Tile
                      key={index}
                      index={index}
                      product={product}
                      format={format}
                      mark={marks.get(product.category ?? "")}
                      chosen={search !== "" && index === chosen}
                      onAdd={props.onAdd}
                    />
                  );
                })}
              </div>
            ))}
          </div>
        )}
      </div>
    </section>
  );
});

interface TileProps {
  readonly index: number;
  readonly product: Product;
  readonly format: Format;
  /** The colour of its category. */
  readonly mark: CSSProperties | undefined;
  readonly chosen: boolean;
  readonly onAdd: (product: Product) => void;
}

const Tile = memo(function Tile({ index, product, format, mark, chosen, onAdd }: TileProps) {
  const stock = stockChip(product);
  return (
    <button
      type="button"
      id={`tile-${String(index)}`}
      role="option"
      aria-selected={chosen}
      tabIndex={-1}
      onMouseDown={keepFocus}
      className={classes.tile}
      style={mark}
      onClick={() => onAdd(product)}
    >
      <span className={classes.name}>{product.name}</span>
      <span className={classes.foot}>
        <span className={classes.price}>{format.price(product.price)}</span>
        {stock !== null && (
          <span className={classes.stock} data-level={stock}>
            {stock === "out" ? t.till.out : t.till.low(format.quantity(product.on_hand ?? 0))}
          </span>
        )}
      </span>
    </button>
  );
});

function stockChip(product: Product): "out" | "low" | null {
  if (!product.stocked || product.on_hand === undefined || product.on_hand === null) return null;
  if (product.on_hand <= 0) return "out";
  return product.reorder_level !== null && product.on_hand <= product.reorder_level ? "low" : null;
}

/** A wheel moves the row of categories, which has no bar to drag. */
function sideways(event: WheelEvent<HTMLElement>): void {
  if (event.deltaX === 0) event.currentTarget.scrollLeft += event.deltaY;
}

function catalogueQuery(search: string, category: Id | null): Query {
  const text = search.trim();
  return {
    collection: "products",
    filter: [
      { field: "archived", op: "eq", value: false },
      ...(category === null ? [] : [{ field: "category", op: "eq", value: category } as const]),
    ],
    ...(text === "" ? {} : { search: text }),
    sort: { field: "name" },
    include: ["stock"],
  };
}
