import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { t } from "../i18n";
import { downloadCsv } from "../lib/csv";
import { useFormat } from "../lib/use-format";
import type { Doc, Query, ShopInfo } from "../sync/backend";
import { toBackendError } from "../sync/backend-error";
import { useBackend, useShop } from "../sync/context";
import { notifyDone, notifyProblem } from "./toast";

/** How records become the lines of a file. */
export interface Sheet {
  readonly file: string;
  /** Fields to ask for beyond those of the list; without it, whole records. */
  readonly fields?: readonly string[];
  readonly header: readonly string[];
  readonly cells: (row: Doc, shop: ShopInfo) => readonly string[];
}

const CHUNK = 1000;

/** Writes what a list shows, all of it, as CSV; a piece at a time, so that the screen stays alive. */
export function useExport(wanted: Query, sheet: Sheet) {
  const backend = useBackend();
  const shop = useShop();
  const format = useFormat();
  const [progress, setProgress] = useState<number | null>(null);
  const cancelled = useRef(false);
  const start = async () => {
    cancelled.current = false;
    setProgress(0);
    try {
      const query = sheet.fields === undefined ? wanted : { ...wanted, fields: sheet.fields };
      const rows: (readonly string[])[] = [];
      for (let total = 1; rows.length < total; ) {
        const page = await backend.query({ ...query, offset: rows.length, limit: CHUNK });
        if (page.items.length === 0) break;
        total = page.total;
        for (const row of page.items) rows.push(sheet.cells(row, shop));
        setProgress(Math.round((rows.length / total) * 100));
        if (cancelled.current) return;
      }
      downloadCsv(sheet.file, sheet.header, rows);
      notifyDone(t.common.exported(format.count(rows.length)));
    } catch (thrown) {
      notifyProblem(toBackendError(thrown).message);
    } finally {
      setProgress(null);
    }
  };
  const cancel = () => {
    cancelled.current = true;
  };
  return { progress, start: () => void start(), cancel };
}

export function ExportButton(props: { readonly query: Query; readonly total: number; readonly sheet: Sheet }) {
  const { progress, start, cancel } = useExport(props.query, props.sheet);
  if (progress !== null) return <ExportProgress progress={progress} onCancel={cancel} />;
  return (
    <Button variant="default" leftSection={<IconDownload size={20} aria-hidden />} disabled={props.total === 0} onClick={start}>
      {t.common.export}
    </Button>
  );
}

/** How far an export is; a press ends it. */
export function ExportProgress(props: { readonly progress: number; readonly onCancel: () => void }) {
  return (
    <Button variant="default" onClick={props.onCancel}>
      {t.common.exporting(`${String(props.progress)} %`)} · {t.common.cancel}
    </Button>
  );
}
