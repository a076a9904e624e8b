import { Button, Code, Stack, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { t } from "../../i18n";
import { suggestDeviceName } from "../../lib/device-name";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { useStatus } from "../../sync/use-status";
import { InsecureBanner } from "../../ui/connection-banner";
import classes from "./center.module.css";

/** First run: a one-time code makes this browser a till of the shop. */
export function EnrolScreen() {
  const backend = useBackend();
  const { connection } = useStatus();
  const away = connection.state === "server_unreachable" || connection.state === "no_network";
  const [suggested] = useState(() => suggestDeviceName(navigator.userAgent));
  const form = useForm({
    mode: "controlled",
    initialValues: { code: "", device: suggested },
    validateInputOnBlur: true,
    validate: {
      code: (text) => (/^[A-Z0-9]{8}$/.test(text) ? null : t.enrol.codeWrong),
      device: (text) => (text.trim() === "" ? t.enrol.deviceMissing : null),
    },
  });
  const { run, busy, error } = useMutation(async (code: string, device: string) => backend.enroll(code, device));
  return (
    <div className={classes.page}>
      <InsecureBanner />
      <main className={classes.screen}>
        <form className={classes.card} onSubmit={form.onSubmit(({ code, device }) => void run(code, device.trim()))}>
          <Stack gap="md">
            <Title order={1} size="h2">{t.enrol.title}</Title>
            <Text c="dimmed">{t.enrol.hint}</Text>
            <div>
              <Text size="sm" c="dimmed">{t.enrol.howTo}</Text>
              <Code block>master-server enroll --name &quot;Till 1&quot;</Code>
            </div>
            <TextInput
              label={t.enrol.code}
              placeholder={t.enrol.codePlaceholder}
              data-autofocus
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              {...form.getInputProps("code")}
              onChange={(event) => form.setFieldValue("code", event.currentTarget.value.toUpperCase().replace(/[^A-Z0-9]/g, "").slice(0, 8))}
            />
            <TextInput label={t.enrol.device} description={t.enrol.deviceHint} placeholder={t.enrol.devicePlaceholder} maxLength={40} {...form.getInputProps("device")} />
            {away && <Text c="var(--ts-warn)">{t.enrol.offline}</Text>}
            <Text c="var(--ts-bad)" role="alert">{error?.message}</Text>
            <Button type="submit" loading={busy}>{t.enrol.submit}</Button>
          </Stack>
        </form>
      </main>
    </div>
  );
}
