import { t } from "../../i18n";
import { fieldName } from "../../lib/field-text";
import type { AuditEntry } from "../../sync/backend";
import { actionText, type AuditWords, collectionText } from "./words";

/** Instants as spreadsheets read them, in this device's time zone. */
function instant(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().replace("T", " ").slice(0, 19);
}

/** A line for each changed field, one for what changed none. */
export function linesOf(entry: AuditEntry, words: AuditWords): readonly (readonly string[])[] {
  const verdict = entry.verdict === null ? "" : t.audit.verdicts[entry.verdict];
  const start = [String(entry.number), instant(entry.at), words.who(entry), words.where(entry.device), actionText(entry.action), verdict];
  const lines = entry.records.flatMap((record) => {
    const about = [collectionText(record.collection), record.label ?? record.id];
    if (record.changes.length === 0) return [[...start, ...about, "", "", ""]];
    return record.changes.map((change) => [
      ...start,
      ...about,
      fieldName(change.field),
      change.was === null ? "" : words.value(change, change.was),
      change.is === null ? "" : words.value(change, change.is),
    ]);
  });
  return lines.length > 0 ? lines : [[...start, "", "", "", "", ""]];
}

export const AUDIT_HEADER: readonly string[] = [
  t.audit.number,
  t.audit.when,
  t.audit.who,
  t.audit.device,
  t.audit.what,
  t.audit.verdict,
  t.audit.record,
  t.sales.number,
  t.inbox.field,
  t.audit.was,
  t.audit.is,
];
