import { CloseButton, Select, TextInput } from "@mantine/core";
import { t } from "../../i18n";
import type { DeviceRow, Employee, Id } from "../../sync/backend";
import { useQuery } from "../../sync/use-query";
import classes from "./audit.module.css";
import { ACTION_CHOICES } from "./words";

/** What is looked for, as typed and chosen. */
export interface AuditFilter {
  readonly search: string;
  readonly actor: Id | null;
  readonly device: Id | null;
  readonly action: string | null;
  /** Everything about one record. */
  readonly record: { readonly collection: string; readonly id: Id; readonly label: string } | null;
  /** `YYYY-MM-DD`, both included. */
  readonly from: string;
  readonly to: string;
}

export const NO_FILTER: AuditFilter = { search: "", actor: null, device: null, action: null, record: null, from: "", to: "" };

interface AuditFiltersProps {
  readonly filter: AuditFilter;
  readonly devices: readonly DeviceRow[];
  readonly onChange: (change: Partial<AuditFilter>) => void;
}

/** Who, where, what and when. */
export function AuditFilters({ filter, devices, onChange }: AuditFiltersProps) {
  const people = useQuery<Employee>({ collection: "employees", sort: { field: "name" } });
  const who = people?.items.map(({ id, name }) => ({ value: id, label: name })) ?? [];
  const where = devices.map(({ id, name, kind }) => ({ value: id, label: kind === "node" ? t.audit.master : name }));
  const common = { clearable: true, searchable: true, allowDeselect: true, nothingFoundMessage: t.audit.noChoice } as const;
  return (
    <div className={classes.filters}>
      <Select {...common} label={t.audit.who} placeholder={t.audit.everybody} data={who} value={filter.actor} onChange={(actor) => onChange({ actor })} />
      <Select {...common} label={t.audit.device} placeholder={t.audit.everywhere} data={where} value={filter.device} onChange={(device) => onChange({ device })} />
      <Select {...common} label={t.audit.what} placeholder={t.audit.everything} data={ACTION_CHOICES} value={filter.action} onChange={(action) => onChange({ action })} />
      <TextInput type="date" label={t.audit.from} max={filter.to} value={filter.from} onChange={(event) => onChange({ from: event.currentTarget.value })} />
      <TextInput type="date" label={t.audit.to} min={filter.from} value={filter.to} onChange={(event) => onChange({ to: event.currentTarget.value })} />
      {filter.record !== null && (
        <TextInput
          readOnly
          label={t.audit.record}
          value={filter.record.label}
          rightSectionWidth={48}
          rightSection={<CloseButton aria-label={t.audit.allRecords} onClick={() => onChange({ record: null })} />}
        />
      )}
    </div>
  );
}
