import { PasswordInput, Select, Switch, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useEffect, useState } from "react";
import { t } from "../../i18n";
import { difference } from "../../lib/difference";
import { newId } from "../../lib/id";
import type { Employee, EmployeeChanges, EmployeeFields, Permission, Role } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { FormDrawer } from "../../ui/form-drawer";
import { notifyDone } from "../../ui/toast";

interface EmployeeDrawerProps {
  /** `null`: a new one. */
  readonly employee: Employee | null;
  /** False: no permission, or the master is away. */
  readonly editable: boolean;
  readonly onClose: () => void;
}

interface FormValues {
  name: string;
  email: string;
  role: Role;
  active: boolean;
  pin: string;
}

const ROLES = Object.entries(t.login.roles).map(([value, label]) => ({ value, label }));

/** One person as a form. */
export function EmployeeDrawer(props: EmployeeDrawerProps) {
  const { employee } = props;
  const backend = useBackend();
  const [id] = useState(() => employee?.id ?? newId());
  const [permissions, setPermissions] = useState<readonly Permission[]>([]);
  const form = useForm<FormValues>({
    mode: "controlled",
    initialValues: {
      name: employee?.name ?? "",
      email: employee?.email ?? "",
      role: employee?.role ?? "cashier",
      active: employee?.active ?? true,
      pin: "",
    },
    validateInputOnBlur: true,
    validate: {
      name: (text) => (text.trim() === "" ? t.employees.nameMissing : null),
      email: (text) => (text !== "" && !/^[^\s@]+@[^\s@]+$/.test(text) ? t.employees.emailInvalid : null),
      pin: (text) => ((text === "" && employee !== null) || /^\d{4,8}$/.test(text) ? null : t.employees.pinInvalid),
    },
  });
  const { role } = form.values;
  useEffect(() => {
    let current = true;
    backend.permissions(role).then(
      (all) => {
        if (current) setPermissions(all);
      },
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [backend, role]);

  const save = async (values: FormValues) => {
    const now: EmployeeFields = {
      name: values.name.trim(),
      email: values.email.trim() === "" ? null : values.email.trim(),
      role: values.role,
      active: values.active,
    };
    const shown: EmployeeFields | null =
      employee === null
        ? null
        : { name: employee.name, email: employee.email ?? null, role: employee.role, active: employee.active };
    const changes: EmployeeChanges = shown === null ? now : difference(shown, now)[1];
    if (Object.keys(changes).length === 0 && values.pin === "") return;
    await backend.saveEmployee({ id, seen: shown, changes, pin: values.pin === "" ? null : values.pin });
    notifyDone(t.employees.saved(now.name));
  };

  return (
    <FormDrawer
      title={employee === null ? t.employees.newTitle : t.employees.editTitle(employee.name)}
      form={form}
      editable={props.editable}
      onSave={save}
      onClose={props.onClose}
    >
      <TextInput label={t.employees.name} data-autofocus={employee === null || undefined} {...form.getInputProps("name")} />
      <TextInput label={t.employees.email} type="email" description={t.common.optional} {...form.getInputProps("email")} />
      <Select label={t.employees.role} data={ROLES} disabled={!props.editable} {...form.getInputProps("role")} />
      <Text c="dimmed" size="sm">
        {t.employees.may}: {permissions.map((each) => t.employees.permissions[each]).join(", ") || t.common.none}
      </Text>
      <PasswordInput
        label={t.employees.pin}
        description={employee === null ? t.employees.pinHintNew : t.employees.pinHint}
        inputMode="numeric"
        autoComplete="new-password"
        maxLength={8}
        {...form.getInputProps("pin")}
      />
      <Switch label={t.employees.active} {...form.getInputProps("active", { type: "checkbox" })} />
    </FormDrawer>
  );
}
