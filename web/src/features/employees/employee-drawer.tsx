import { Button, Drawer, Group, PasswordInput, Select, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useEffect, useState } from "react";
import { t } from "../../i18n";
import { newId } from "../../lib/id";
import type { Employee, EmployeeChanges, EmployeeFields, Permission, Role } from "../../sync/backend";
import { toBackendError } from "../../sync/backend-error";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { Confirm } from "../../ui/confirm";
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
  const [discarding, setDiscarding] = useState(false);
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

  const { run, busy, error } = useMutation(async (values: FormValues) => {
    const seen: EmployeeFields | null =
      employee === null
        ? null
        : { name: employee.name, email: employee.email ?? null, role: employee.role, active: employee.active };
    const now: EmployeeFields = {
      name: values.name.trim(),
      email: values.email.trim() === "" ? null : values.email.trim(),
      role: values.role,
      active: values.active,
    };
    const names = (Object.keys(now) as (keyof EmployeeFields)[]).filter((name) => seen === null || seen[name] !== now[name]);
    const changes = Object.fromEntries(names.map((name) => [name, now[name]])) as EmployeeChanges;
    try {
      if (names.length > 0 || values.pin !== "") {
        await backend.saveEmployee({ id, seen, changes, pin: values.pin === "" ? null : values.pin });
        notifyDone(t.employees.saved(now.name));
      }
      props.onClose();
    } catch (thrown) {
      const refused = toBackendError(thrown);
      if (refused.field !== null && refused.field in values) form.setFieldError(refused.field, refused.message);
      throw refused;
    }
  });
  const close = () => {
    if (form.isDirty()) setDiscarding(true);
    else props.onClose();
  };

  return (
    <Drawer opened onClose={close} title={employee === null ? t.employees.newTitle : t.employees.editTitle(employee.name)} data-scan="off">
      <form onSubmit={form.onSubmit((values) => void run(values))}>
        <fieldset disabled={!props.editable} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
          <Stack gap="sm">
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
          </Stack>
        </fieldset>
        <Stack gap="sm" mt="md">
          <Text c="var(--ts-bad)" role="alert">{error?.message}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>{props.editable ? t.common.cancel : t.common.close}</Button>
            {props.editable && <Button type="submit" loading={busy}>{t.common.save}</Button>}
          </Group>
        </Stack>
      </form>
      <Confirm
        opened={discarding}
        title={t.products.discard}
        hint={t.products.discardHint}
        action={t.products.discardNow}
        cancel={t.products.keepEditing}
        onCancel={() => setDiscarding(false)}
        onConfirm={props.onClose}
      />
    </Drawer>
  );
}
