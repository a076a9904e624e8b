import { Button } from "@mantine/core";
import { IconArrowUp, IconDownload } from "@tabler/icons-react";
import { useCallback, useMemo, useRef, useState } from "react";
import { t } from "../../i18n";
import { downloadCsv } from "../../lib/csv";
import { useFormat } from "../../lib/use-format";
import type { AuditQuery, DeviceRow } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useAsked } from "../../sync/use-asked";
import { useMutation } from "../../sync/use-mutation";
import { useStatusPart } from "../../sync/use-status";
import { Empty } from "../../ui/empty";
import { Page } from "../../ui/page";
import { SearchField } from "../../ui/search-field";
import { Split } from "../../ui/split";
import { notifyDone, notifyProblem } from "../../ui/toast";
import { type Column, VirtualTable } from "../../ui/virtual-table";
import { useAuditDoor } from "../login/session";
import classes from "./audit.module.css";
import { AuditDetail } from "./audit-detail";
import { AUDIT_HEADER, linesOf } from "./audit-export";
import { type AuditFilter, AuditFilters, NO_FILTER } from "./audit-filters";
import type { AuditRow } from "./audit-list";
import { useAudit } from "./use-audit";
import { actionText, type AuditWords, collectionText, subjectOf, useAuditWords } from "./words";

const NOBODY: readonly DeviceRow[] = [];
/** Entries asked for at a time while exporting; the most that the master gives. */
const CHUNK = 500;

/** Who did what, kept by the main server and followed while it is open. */
export function AuditScreen() {
  const door = useAuditDoor();
  const online = useStatusPart((status) => status.connection.state === "online");
  if (door !== "open") {
    const [title, hint] = door === "device" ? [t.audit.notHere, t.audit.notHereHint] : [t.audit.title, t.audit.readOnly];
    return <Page title={t.audit.title}><Empty title={title} hint={hint} /></Page>;
  }
  return <Audit online={online} />;
}

function Audit({ online }: { readonly online: boolean }) {
  const backend = useBackend();
  const format = useFormat();
  const [filter, setFilter] = useState(NO_FILTER);
  const [atTop, setAtTop] = useState(true);
  const [chosen, setChosen] = useState<string | null>(null);
  const devices = useAsked(useCallback(() => backend.devices(), [backend]), online).value ?? NOBODY;
  const names = useMemo(() => new Map(devices.map(({ id, name, kind }) => [id, kind === "node" ? t.audit.master : name])), [devices]);
  const words = useAuditWords(names);
  const query = useMemo(() => queryOf(filter), [filter]);
  const list = useAudit(query, online, atTop);
  const entry = chosen === null ? undefined : list.find(chosen);
  const change = (next: Partial<AuditFilter>) => {
    setFilter((before) => ({ ...before, ...next }));
    setAtTop(true);
  };
  const columns = columnsOf(words, format.dateTime);
  // Counted up to show the newest: the list begins at the top again.
  const [shown, setShown] = useState(0);
  const showNew = () => {
    list.takeIn();
    setShown(shown + 1);
    setAtTop(true);
  };
  const filtered = filter !== NO_FILTER && JSON.stringify(filter) !== JSON.stringify(NO_FILTER);
  return (
    <Page
      title={t.audit.title}
      note={list.total === null ? "" : t.audit.count(format.count(list.count), list.complete)}
      tools={
        <>
          <SearchField label={t.audit.search} value={filter.search} onChange={(search) => change({ search })} />
          {filtered && <Button variant="default" onClick={() => change(NO_FILTER)}>{t.audit.clear}</Button>}
          <ExportAudit query={query} words={words} disabled={!online || list.count === 0} />
        </>
      }
    >
      <div className={classes.screen}>
        <AuditFilters filter={filter} devices={devices} onChange={change} />
        <div className={classes.list}>
          {!online && list.total === null ? (
            <Empty title={t.audit.offline} hint={t.audit.offlineHint} />
          ) : (
            <Split
              open={entry !== undefined}
              detailLabel={t.audit.entry}
              detail={
                entry === undefined ? (
                  list.total !== 0 && <Empty title={t.audit.choose} hint="" />
                ) : (
                  <AuditDetail
                    entry={entry}
                    words={words}
                    onBack={() => setChosen(null)}
                    onRecord={({ collection, id, label }) => change({ ...NO_FILTER, record: { collection, id, label: label ?? collectionText(collection) } })}
                  />
                )
              }
            >
              <div className={classes.rows}>
                {list.waiting > 0 && (
                  <Button className={classes.news} size="md" leftSection={<IconArrowUp size={18} aria-hidden />} onClick={showNew}>
                    {t.audit.news(list.waiting)}
                  </Button>
                )}
                <VirtualTable
                  label={t.audit.title}
                  list={list}
                  listKey={`${JSON.stringify(query)}/${String(shown)}`}
                  columns={columns}
                  selected={chosen}
                  onOpen={(row) => setChosen(row.id)}
                  onTop={setAtTop}
                  empty={
                    list.problem !== null ? (
                      <Empty title={t.common.failed} hint={list.problem} />
                    ) : filtered ? (
                      <Empty title={t.audit.noMatch} hint={t.audit.noMatchHint} />
                    ) : (
                      <Empty title={t.audit.none} hint={t.audit.noneHint} />
                    )
                  }
                />
              </div>
            </Split>
          )}
        </div>
      </div>
    </Page>
  );
}

/** All that the filters find, page by page. */
function ExportAudit(props: { readonly query: AuditQuery; readonly words: AuditWords; readonly disabled: boolean }) {
  const backend = useBackend();
  const format = useFormat();
  const [done, setDone] = useState<number | null>(null);
  const cancelled = useRef(false);
  const { run } = useMutation(async () => {
    cancelled.current = false;
    const lines: (readonly string[])[] = [];
    let [entries, before] = [0, null as number | null];
    setDone(0);
    try {
      do {
        const page = await backend.audit({ ...props.query, before, limit: CHUNK });
        for (const entry of page.entries) lines.push(...linesOf(entry, props.words));
        entries += page.entries.length;
        before = page.next;
        setDone(entries);
        if (cancelled.current) return;
      } while (before !== null);
      downloadCsv("audit.csv", AUDIT_HEADER, lines);
      notifyDone(t.common.exported(format.count(lines.length)));
    } catch (thrown) {
      notifyProblem(thrown instanceof Error ? thrown.message : String(thrown));
    } finally {
      setDone(null);
    }
  });
  if (done !== null) {
    return (
      <Button variant="default" onClick={() => { cancelled.current = true; }}>
        {t.common.exporting(format.count(done))} · {t.common.cancel}
      </Button>
    );
  }
  return (
    <Button variant="default" leftSection={<IconDownload size={20} aria-hidden />} disabled={props.disabled} onClick={() => void run()}>
      {t.common.export}
    </Button>
  );
}

function columnsOf(words: AuditWords, when: (at: number) => string): readonly Column<AuditRow>[] {
  return [
    {
      key: "what",
      title: t.audit.what,
      width: "minmax(160px, 1.6fr)",
      cell: (row) => (
        <span>
          {actionText(row.action)}
          {row.verdict === "rejected" && ` · ${t.audit.verdicts.rejected}`}
          <span className={classes.subject}>{subjectOf(row)}</span>
        </span>
      ),
    },
    { key: "when", title: t.audit.when, width: "minmax(168px, 1fr)", cell: (row) => when(row.at) },
    { key: "who", title: t.audit.who, width: "minmax(120px, 0.9fr)", cell: words.who },
    { key: "device", title: t.audit.device, width: "minmax(120px, 0.9fr)", room: "wide", cell: (row) => words.where(row.device) },
  ];
}

/** Days are those of this device. */
function queryOf(filter: AuditFilter): AuditQuery {
  const day = (text: string, next: number) => {
    const [year, month, date] = text.split("-").map(Number);
    if (year === undefined || month === undefined || date === undefined || Number.isNaN(date)) return null;
    return new Date(year, month - 1, date + next).getTime() - next;
  };
  return {
    search: filter.search.trim() === "" ? null : filter.search.trim(),
    actor: filter.actor,
    device: filter.device,
    action: filter.action,
    entity: filter.record?.collection ?? null,
    record: filter.record?.id ?? null,
    from: day(filter.from, 0),
    to: day(filter.to, 1),
  };
}
