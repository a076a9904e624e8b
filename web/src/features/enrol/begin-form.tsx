import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { t } from "../../i18n";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";

/** A shop begins: this till is its master and the first to join it. */
export function BeginForm() {
  const backend = useBackend();
  const required = (message: string) => (text: string) => (text.trim() === "" ? message : null);
  const form = useForm({
    mode: "controlled",
    initialValues: { shop: "", person: "", pin: "", again: "", device: "Till 1" },
    validateInputOnBlur: true,
    validate: {
      shop: required(t.enrol.shopMissing),
      person: required(t.enrol.personMissing),
      pin: (text) => (/^\d{4,8}$/.test(text) ? null : t.enrol.pinInvalid),
      again: (text, values) => (text === values.pin ? null : t.enrol.pinDiffers),
      device: required(t.enrol.deviceMissing),
    },
  });
  const { run, busy, error } = useMutation(async ({ shop, person, pin, device }: typeof form.values) =>
    backend.openShop({ shop: shop.trim(), person: person.trim(), pin }, device.trim()),
  );
  return (
    <form onSubmit={form.onSubmit((values) => void run(values))}>
      <Stack gap="md">
        <Text c="dimmed">{t.enrol.beginHint}</Text>
        <TextInput label={t.enrol.shop} placeholder={t.enrol.shopPlaceholder} data-autofocus maxLength={80} {...form.getInputProps("shop")} />
        <TextInput label={t.enrol.person} description={t.enrol.personHint} autoComplete="name" maxLength={80} {...form.getInputProps("person")} />
        <PasswordInput label={t.enrol.pin} description={t.enrol.pinHint} inputMode="numeric" autoComplete="new-password" maxLength={8} {...form.getInputProps("pin")} />
        <PasswordInput label={t.enrol.pinAgain} inputMode="numeric" autoComplete="new-password" maxLength={8} {...form.getInputProps("again")} />
        <TextInput label={t.enrol.device} description={t.enrol.deviceHint} maxLength={40} {...form.getInputProps("device")} />
        <Text c="var(--ts-bad)" role="alert">{error?.message}</Text>
        <Button type="submit" loading={busy}>{t.enrol.beginSubmit}</Button>
      </Stack>
    </form>
  );
}
