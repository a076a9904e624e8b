import { Button, Code, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useEffect, useState } from "react";
import { t } from "../../i18n";
import { suggestDeviceName } from "../../lib/device-name";
import { forgetInvitation, type Invitation, invitationHere, readInvitation } from "../../lib/invitation";
import { useScanTarget } from "../../lib/use-scan";
import type { About } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { useStatus } from "../../sync/use-status";
import { CompareFingerprint } from "./compare-fingerprint";
import { Nearby } from "./nearby";

interface JoinFormProps {
  readonly about: About;
  /** Of a device that has one already. */
  readonly name?: string;
  readonly hint?: string;
  readonly onDone?: () => void;
}

/** A one-time code makes this device a till of the shop. */
export function JoinForm(props: JoinFormProps) {
  const { asksForMaster, master } = props.about;
  const backend = useBackend();
  const { connection } = useStatus();
  const away = connection.state === "server_unreachable" || connection.state === "no_network";
  const [suggested] = useState(() => suggestDeviceName(navigator.userAgent));
  const [invited] = useState(invitationHere);
  useEffect(forgetInvitation, []);
  const form = useForm({
    mode: "controlled",
    initialValues: { master, code: invited?.code ?? "", device: props.name ?? (asksForMaster ? "" : suggested) },
    validateInputOnBlur: true,
    validate: {
      master: (text) => (text.trim() === "" ? t.enrol.masterMissing : null),
      code: (text) => (/^[A-Z0-9]{8}$/.test(text) ? null : t.enrol.codeWrong),
      device: (text) => (text.trim() === "" ? t.enrol.deviceMissing : null),
    },
  });
  const { run, busy, error, clear } = useMutation(async (values: typeof form.values, compared: string) => {
    await backend.enroll(values.code, values.device.trim(), asksForMaster ? `${values.master}${compared}` : null);
    props.onDone?.();
  });
  // What a QR code says: a camera opened the page with it, or a hand scanner types it here.
  const follow = (invitation: Invitation) => {
    form.setFieldValue("code", invitation.code);
    if (asksForMaster) form.setFieldValue("master", `${invitation.address}${invitation.authority === null ? "" : `#${invitation.authority}`}`);
  };
  const typeCode = (text: string) => {
    const invitation = readInvitation(text);
    if (invitation === null) form.setFieldValue("code", text.toUpperCase().replace(/[^A-Z0-9]/g, "").slice(0, 8));
    else follow(invitation);
  };
  useScanTarget({ onScan: (text, _at, sent) => typeCode(readInvitation(sent) === null ? text : sent) });
  const fingerprint = error?.fingerprint ?? null;
  if (fingerprint !== null) {
    return (
      <CompareFingerprint
        fingerprint={fingerprint}
        hint={error?.message ?? ""}
        busy={busy}
        onSame={() => void run({ ...form.values, master: form.values.master.split("#")[0] ?? "" }, `#${fingerprint}`)}
        onOther={clear}
      />
    );
  }
  return (
    <form onSubmit={form.onSubmit((values) => void run(values, ""))}>
      <Stack gap="md">
        <Text c="dimmed">{props.hint ?? t.enrol.hint}</Text>
        {!asksForMaster && (
          <div>
            <Text size="sm" c="dimmed">{t.enrol.howTo}</Text>
            <Code block>master-server enroll --data DIR --name &quot;Till 1&quot;</Code>
          </div>
        )}
        {asksForMaster && <Nearby chosen={form.values.master} onChoose={(address) => form.setFieldValue("master", address)} />}
        {asksForMaster && (
          <TextInput
            label={t.enrol.master}
            description={t.enrol.masterHint}
            placeholder={t.enrol.masterPlaceholder}
            inputMode="url"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={200}
            {...form.getInputProps("master")}
          />
        )}
        <TextInput
          label={t.enrol.code}
          placeholder={t.enrol.codePlaceholder}
          data-autofocus
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          {...form.getInputProps("code")}
          onChange={(event) => typeCode(event.currentTarget.value)}
        />
        <TextInput label={t.enrol.device} description={t.enrol.deviceHint} placeholder={t.enrol.devicePlaceholder} maxLength={40} {...form.getInputProps("device")} />
        {away && <Text c="var(--ts-warn)">{t.enrol.offline}</Text>}
        <Text c="var(--ts-bad)" role="alert">{error?.message}</Text>
        <Button type="submit" loading={busy}>{t.enrol.submit}</Button>
      </Stack>
    </form>
  );
}
