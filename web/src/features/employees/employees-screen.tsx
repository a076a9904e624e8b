import { Badge, Button, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import type { Employee, Query } from "../../sync/backend";
import { useStatusPart } from "../../sync/use-status";
import { useWindow } from "../../sync/use-window";
import { Empty } from "../../ui/empty";
import { Page } from "../../ui/page";
import { SearchField } from "../../ui/search-field";
import { type Column, VirtualTable } from "../../ui/virtual-table";
import { useMay } from "../login/session";
import { EmployeeDrawer } from "./employee-drawer";

/** The people of the shop, their roles and PINs. */
export function EmployeesScreen() {
  const format = useFormat();
  const may = useMay("manage_employees");
  const online = useStatusPart((status) => status.connection.state === "online");
  const [search, setSearch] = useState("");
  const [open, setOpen] = useState<Employee | "new" | null>(null);
  const query = useMemo<Query>(
    () => ({ collection: "employees", ...(search.trim() === "" ? {} : { search: search.trim() }), sort: { field: "name" } }),
    [search],
  );
  const list = useWindow<Employee>(query);
  const columns: readonly Column<Employee>[] = [
    { key: "name", title: t.employees.name, width: "minmax(140px, 2fr)", cell: (person) => person.name },
    { key: "role", title: t.employees.role, width: "minmax(110px, 1fr)", cell: (person) => t.login.roles[person.role] },
    { key: "email", title: t.employees.email, width: "minmax(140px, 1.4fr)", room: "medium", cell: (person) => person.email },
    {
      key: "active",
      title: t.employees.active,
      width: "120px",
      cell: (person) => (
        <Badge size="lg" radius="sm" variant="light" tt="none" color={person.active ? "green" : "gray"}>
          {person.active ? t.common.yes : t.employees.inactive}
        </Badge>
      ),
    },
  ];
  return (
    <Page
      title={t.employees.title}
      note={list.total === null ? "" : format.count(list.total)}
      tools={
        <>
          {!may && <Text c="dimmed">{t.employees.readOnly}</Text>}
          {may && !online && <Text c="dimmed" maw={420}>{t.employees.needsMaster}</Text>}
          <SearchField label={t.employees.search} value={search} onChange={setSearch} />
          {may && (
            <Button leftSection={<IconPlus size={20} aria-hidden />} disabled={!online} onClick={() => setOpen("new")}>
              {t.employees.new}
            </Button>
          )}
        </>
      }
    >
      <VirtualTable
        label={t.employees.list}
        list={list}
        listKey={search}
        columns={columns}
        selected={open === null || open === "new" ? null : open.id}
        onOpen={setOpen}
        empty={search === "" ? <Empty title={t.employees.none} hint={t.employees.noneHint} /> : <Empty title={t.employees.noMatch} hint="" />}
      />
      {open !== null && (
        <EmployeeDrawer employee={open === "new" ? null : open} editable={may && online} onClose={() => setOpen(null)} />
      )}
    </Page>
  );
}
