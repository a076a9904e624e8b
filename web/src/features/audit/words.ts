import { t } from "../../i18n";
import { fieldName, useFieldText } from "../../lib/field-text";
import { formatRate } from "../../lib/money";
import { useFormat } from "../../lib/use-format";
import type { AuditChange, AuditEntry, FieldValue, Id } from "../../sync/backend";

const ACTIONS: Readonly<Record<string, string>> = { ...t.inspector.mutations, ...t.audit.actions };

/** What can be chosen as what happened, in the order of their words. */
export const ACTION_CHOICES = Object.entries(ACTIONS)
  .map(([value, label]) => ({ value, label }))
  .toSorted((one, other) => one.label.localeCompare(other.label));

export function actionText(action: string): string {
  return ACTIONS[action] ?? sentence(action);
}

export function collectionText(collection: string): string {
  return t.audit.collections[collection] ?? sentence(collection);
}

/** What an entry is about, in a few words: the records that have a name. */
export function subjectOf(entry: AuditEntry): string {
  const named = entry.records.map((record) => record.label).filter((label) => label !== null);
  return [...new Set(named)].join(", ");
}

export interface AuditWords {
  readonly who: (entry: AuditEntry) => string;
  readonly where: (device: Id | null) => string;
  readonly value: (change: AuditChange, value: FieldValue) => string;
  /** Facts of what is no change of records, as pairs. */
  readonly about: (entry: AuditEntry) => readonly (readonly [string, string])[];
}

/** Says what an entry holds as the forms do that show it elsewhere. */
export function useAuditWords(devices: ReadonlyMap<Id, string>): AuditWords {
  const format = useFormat();
  const fieldText = useFieldText();
  const where = (device: Id | null) => (device === null ? t.audit.master : (devices.get(device) ?? t.audit.unknownDevice));
  const value = (change: AuditChange, shown: FieldValue): string => {
    if (shown === null) return t.inbox.nothing;
    if (change.as === "device" && typeof shown === "string") return where(shown);
    if (typeof shown === "number") {
      if (change.as === "money") return format.money(shown);
      if (change.as === "quantity") return format.quantity(shown);
      if (change.as === "rate") return formatRate(shown);
      if (change.as === "time") return format.dateTime(shown);
    }
    return fieldText(change.field, shown);
  };
  const about = (entry: AuditEntry) =>
    Object.entries(entry.about).flatMap(([field, shown]) => {
      if (HIDDEN.has(field) || shown === null || shown === "") return [];
      // Told only where it came late: it was done without the master.
      if (field === "claimed_at" && typeof shown === "number" && Math.abs(entry.at - shown) < LATE_MS) return [];
      if (field === "device" && typeof shown === "string") return [[t.audit.device, where(shown)] as const];
      const known = typeof shown === "string" ? t.audit.values[field]?.[shown] : undefined;
      if (known !== undefined) return [[aboutName(field), known] as const];
      if (TIMES.has(field) && typeof shown === "number") return [[aboutName(field), format.dateTime(shown)] as const];
      return [[aboutName(field), fieldText(field, shown)] as const];
    });
  const who = (entry: AuditEntry) => {
    if (entry.actorName !== null) return entry.actorName;
    return entry.actor === null || where(entry.device) === t.audit.master ? t.audit.nobody : t.audit.unknownPerson;
  };
  return { who, where, value, about };
}

const LATE_MS = 60_000;

/** Of use to programs alone. */
const HIDDEN = new Set(["seq", "hash", "verified", "withheld", "log_head", "audit_head", "digest"]);
const TIMES = new Set(["claimed_at", "expires_at", "from", "to", "at", "since", "until"]);

function aboutName(field: string): string {
  return t.audit.about[field] ?? fieldName(field);
}

function sentence(word: string): string {
  const text = word.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
