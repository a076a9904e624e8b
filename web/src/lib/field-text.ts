import { useMemo } from "react";
import { t } from "../i18n";
import { formatRate } from "./money";
import { type Format, useFormat } from "./use-format";
import type { Category, FieldValue, Id, Role } from "../sync/backend";
import { useQuery } from "../sync/use-query";

/** Says a value as the forms do that change it. */
export type FieldText = (field: string | null, value: FieldValue) => string;

const MONEY = new Set(["price", "cost"]);
const QUANTITIES = new Set(["reorder_level"]);

export function fieldName(field: string | null): string {
  if (field === null) return t.inbox.wholeRecord;
  return t.inbox.fields[field] ?? field.replaceAll("_", " ");
}

export function useFieldText(): FieldText {
  const format = useFormat();
  const categories = useQuery<Category>({ collection: "categories", sort: { field: "position" } });
  return useMemo(() => {
    const names = new Map(categories?.items.map((each) => [each.id, each.name]));
    return (field, value) => textOf(format, names, field, value);
  }, [format, categories]);
}

function textOf(format: Format, names: ReadonlyMap<Id, string>, field: string | null, value: FieldValue): string {
  if (value === null || value === "") return field === null ? t.inbox.removed : t.inbox.nothing;
  if (typeof value === "boolean") return value ? t.common.yes : t.common.no;
  if (typeof value === "number") {
    if (field !== null && MONEY.has(field)) return format.money(value);
    if (field !== null && QUANTITIES.has(field)) return format.quantity(value);
    if (field === "tax_rate") return formatRate(value);
    return format.count(value);
  }
  if (typeof value === "string") {
    if (field === "category") return names.get(value) ?? value;
    if (field === "role") return t.login.roles[value as Role];
    return value;
  }
  if (field === null && !Array.isArray(value)) {
    const fields = Object.entries(value as Readonly<Record<string, FieldValue>>);
    return fields.map(([name, each]) => `${fieldName(name)} ${textOf(format, names, name, each)}`).join(", ");
  }
  return JSON.stringify(value);
}
