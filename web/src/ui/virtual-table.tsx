import { UnstyledButton } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import type { Id } from "../sync/backend";
import classes from "./virtual-table.module.css";

/** As `--ts-row-height` in theme.ts. */
const ROW_HEIGHT = 56;

export interface Column<D> {
  readonly key: string;
  readonly title: string;
  /** A CSS grid track. */
  readonly width: string;
  readonly align?: "right";
  /** Left out where the table has less room than this. */
  readonly room?: "medium" | "wide";
  readonly cell: (row: D) => ReactNode;
}

/** Rows of a list of any length, asked for as they come into sight. */
export interface Rows<D> {
  /** `null` until it is known. */
  readonly total: number | null;
  /** `undefined` while it is on its way. */
  at(index: number): D | undefined;
  /** Says which rows are on the screen. */
  show(first: number, last: number): void;
}

interface Row {
  readonly id: Id;
}

interface VirtualTableProps<D extends Row> {
  readonly label: string;
  readonly list: Rows<D>;
  readonly columns: readonly Column<D>[];
  readonly selected: Id | null;
  readonly onOpen: (row: D) => void;
  /** Shown instead of rows when there are none. */
  readonly empty: ReactNode;
  /** When it changes the list begins at the top again. */
  readonly listKey: string;
  /** Told when the first row comes into sight or leaves it. */
  readonly onTop?: (atTop: boolean) => void;
}

/** A table of any length: only what is visible exists and is asked for. */
export function VirtualTable<D extends Row>(props: VirtualTableProps<D>) {
  const { list, columns, onTop } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const total = list.total ?? 0;
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });
  const visible = rows.getVirtualItems();
  const first = visible[0]?.index ?? 0;
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => list.show(first, last), [list, first, last]);
  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
  }, [props.listKey]);

  const tracks = {
    "--columns": columns.map((each) => each.width).join(" "),
    "--columns-medium": columns.filter((each) => each.room !== "wide").map((each) => each.width).join(" "),
    "--columns-narrow": columns.filter((each) => each.room === undefined).map((each) => each.width).join(" "),
  } as CSSProperties;
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    const at = Number((event.target as HTMLElement).closest("[data-index]")?.getAttribute("data-index") ?? "-1");
    if (by === undefined || at < 0) return;
    event.preventDefault();
    const next = Math.min(Math.max(at + by, 0), total - 1);
    rows.scrollToIndex(next);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${String(next)}"] button`)?.focus());
  };

  return (
    <div className={classes.table} role="table" aria-label={props.label} aria-rowcount={total + 1} style={tracks}>
      <div role="rowgroup">
        <div role="row" className={classes.head} aria-rowindex={1}>
          {columns.map((column) => (
            <span key={column.key} role="columnheader" className={classes.cell} data-align={column.align} data-room={column.room}>
              {column.title}
            </span>
          ))}
        </div>
      </div>
      {list.total === 0 ? (
        <div className={classes.scroller} role="rowgroup">
          <div className={classes.empty} role="row"><div className={classes.empty} role="cell">{props.empty}</div></div>
        </div>
      ) : (
        <div
          ref={scroller}
          className={classes.scroller}
          role="rowgroup"
          onKeyDown={onKeyDown}
          onScroll={(event) => onTop?.(event.currentTarget.scrollTop < ROW_HEIGHT / 2)}
        >
          <div role="presentation" className={classes.space} style={{ height: rows.getTotalSize() }}>
            {visible.map((item) => {
              const row = list.at(item.index);
              return (
                <div
                  key={item.key}
                  role="row"
                  aria-rowindex={item.index + 2}
                  data-index={item.index}
                  data-selected={row !== undefined && row.id === props.selected}
                  className={classes.row}
                  style={{ transform: `translateY(${String(item.start)}px)` }}
                  onClick={() => {
                    if (row !== undefined) props.onOpen(row);
                  }}
                >
                  {row !== undefined &&
                    columns.map((column, index) => (
                      <span key={column.key} role="cell" className={classes.cell} data-align={column.align} data-room={column.room}>
                        {index === 0 ? (
                          <UnstyledButton className={classes.open} aria-pressed={row.id === props.selected}>
                            {column.cell(row)}
                          </UnstyledButton>
                        ) : (
                          column.cell(row)
                        )}
                      </span>
                    ))}
                </div>
              );
            })}
          </div>
        </div>
      )}
    </div>
  );
}
