import { Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { t } from "../../i18n";
import { difference } from "../../lib/difference";
import { newId } from "../../lib/id";
import { type Format, useFormat } from "../../lib/use-format";
import type { Customer, CustomerFields, Id } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { ArchiveButton } from "../../ui/archive-button";
import { FormDrawer } from "../../ui/form-drawer";
import { notifyUndo, notifyDone } from "../../ui/toast";
import { useMay } from "../login/session";

interface CustomerDrawerProps {
  /** `null`: a new one. */
  readonly customer: Customer | null;
  readonly onSaved: (id: Id) => void;
  readonly onClose: () => void;
}

interface FormValues {
  name: string;
  phone: string;
  email: string;
  address: string;
  notes: string;
  credit_limit: string;
}

/** One customer as a form. Sends only what was changed, from the values it showed. */
export function CustomerDrawer(props: CustomerDrawerProps) {
  // What is confirmed or sold meanwhile must not change what the form has shown.
  const [customer] = useState(props.customer);
  const backend = useBackend();
  const format = useFormat();
  const mayLend = useMay("manage_credit");
  const [id] = useState(() => customer?.id ?? newId());
  const form = useForm<FormValues>({
    mode: "controlled",
    initialValues: valuesOf(customer, format),
    validateInputOnBlur: true,
    validate: {
      name: (text) => (text.trim() === "" ? t.customers.nameMissing : null),
      email: (text) => (text.trim() !== "" && !/^[^\s@]+@[^\s@]+$/.test(text.trim()) ? t.customers.emailInvalid : null),
      credit_limit: (text) => (text.trim() !== "" && (format.parse(text) ?? -1) < 0 ? t.customers.limitInvalid : null),
    },
  });
  const save = async (values: FormValues) => {
    const now = fieldsOf(values, format);
    if (customer === null) {
      await backend.createCustomer(id, now);
    } else {
      const shown = fieldsOf(valuesOf(customer, format), format);
      const [seen, changes] = difference(shown, now);
      // Lists are the same where their lines are.
      const { address: was, ...seenRest } = seen;
      const { address: is, ...changesRest } = changes;
      const moved = (was ?? []).join("\n") !== (is ?? []).join("\n");
      const wanted = moved ? { ...changesRest, address: is ?? [] } : changesRest;
      if (Object.keys(wanted).length === 0) return;
      await backend.editCustomer(id, moved ? { ...seenRest, address: was ?? [] } : seenRest, wanted);
    }
    notifyDone(t.customers.saved(now.name));
    props.onSaved(id);
  };
  const archive = async () => {
    if (customer === null) return;
    await backend.archiveCustomer(id, true);
    notifyUndo(t.customers.archived(customer.name), () => void backend.archiveCustomer(id, false));
    props.onClose();
  };
  return (
    <FormDrawer
      title={customer === null ? t.customers.newTitle : t.customers.editTitle(customer.name)}
      form={form}
      editable
      onSave={save}
      onClose={props.onClose}
      action={
        customer !== null && (
          <ArchiveButton archived={false} archiveHint="" restoreLabel="" onArchive={() => void archive()} onRestore={() => undefined} />
        )
      }
    >
      <TextInput label={t.customers.name} data-autofocus={customer === null || undefined} {...form.getInputProps("name")} />
      <TextInput label={t.customers.phone} type="tel" description={t.common.optional} {...form.getInputProps("phone")} />
      <TextInput label={t.customers.email} type="email" description={t.common.optional} {...form.getInputProps("email")} />
      <Textarea label={t.customers.address} description={t.customers.addressHint} rows={3} {...form.getInputProps("address")} />
      <TextInput label={t.customers.notes} description={t.common.optional} {...form.getInputProps("notes")} />
      <TextInput
        label={t.customers.limit}
        description={mayLend ? t.customers.limitHint : t.customers.limitNotYours}
        inputMode="decimal"
        disabled={!mayLend}
        {...form.getInputProps("credit_limit")}
      />
    </FormDrawer>
  );
}

function valuesOf(customer: Customer | null, format: Format): FormValues {
  const limit = customer?.credit_limit ?? null;
  return {
    name: customer?.name ?? "",
    phone: customer?.phone ?? "",
    email: customer?.email ?? "",
    address: (customer?.address ?? []).join("\n"),
    notes: customer?.notes ?? "",
    credit_limit: limit === null ? "" : format.editable(limit),
  };
}

function fieldsOf(values: FormValues, format: Format): CustomerFields {
  const text = (value: string) => (value.trim() === "" ? null : value.trim());
  return {
    name: values.name.trim(),
    phone: text(values.phone),
    email: text(values.email),
    address: values.address.split("\n").map((line) => line.trim()).filter((line) => line !== ""),
    notes: text(values.notes),
    credit_limit: values.credit_limit.trim() === "" ? null : format.parse(values.credit_limit),
  };
}
