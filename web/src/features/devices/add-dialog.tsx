import { Button, Group, Modal, Select, Stack, Switch, Text, TextInput } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { QRCodeSVG } from "qrcode.react";
import { useState } from "react";
import { t } from "../../i18n";
import { writeInvitation } from "../../lib/invitation";
import { useNow } from "../../lib/use-now";
import type { DeviceCode, DeviceRow, NewDevice } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { useStatusPart } from "../../sync/use-status";
import classes from "./devices.module.css";

interface AddDialogProps {
  /** As they are now: the one that joins is told from those that were there. */
  readonly devices: readonly DeviceRow[];
  readonly onClose: () => void;
}

type Kind = NewDevice["kind"];

const KINDS = (["terminal", "till", "dashboard"] as const).map((value) => ({ value, label: t.devices.kinds[value] }));

/** Opens a one-time code and waits with it until the device has joined. */
export function AddDialog(props: AddDialogProps) {
  const backend = useBackend();
  const [before] = useState(() => new Set(props.devices.map((device) => device.id)));
  const [name, setName] = useState("");
  const [kind, setKind] = useState<Kind>("terminal");
  const [readOnly, setReadOnly] = useState(false);
  const [code, setCode] = useState<DeviceCode | null>(null);
  const joined = code === null ? undefined : props.devices.find((device) => !before.has(device.id));
  const { run, busy, error } = useMutation(async () => {
    setCode(await backend.addDevice({ name: name.trim() === "" ? null : name.trim(), kind, readOnly: kind === "dashboard" && readOnly }));
  });
  return (
    <Modal opened onClose={props.onClose} title={t.devices.add} size="md">
      {code === null ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void run();
          }}
        >
          <Stack gap="md">
            <TextInput
              label={t.devices.name}
              description={`${t.devices.newNameHint} (${t.common.optional})`}
              placeholder={t.devices.namePlaceholder}
              data-autofocus
              maxLength={80}
              autoComplete="off"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Select label={t.devices.kind} description={t.devices.kindHints[kind]} data={KINDS} value={kind} onChange={(value) => setKind(value as Kind)} />
            {kind === "dashboard" && (
              <Switch label={t.devices.onlyLooks} checked={readOnly} onChange={(event) => setReadOnly(event.currentTarget.checked)} />
            )}
            <Text c="var(--ts-bad)" role="alert">{error?.message}</Text>
            <Group justify="flex-end">
              <Button variant="default" onClick={props.onClose}>{t.common.cancel}</Button>
              <Button type="submit" loading={busy}>{t.devices.showCode}</Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <Stack gap="md">
          {joined === undefined ? (
            <Code code={code} browser={kind !== "till"} />
          ) : (
            <Group gap="xs" wrap="nowrap" role="status">
              <IconCircleCheck size={28} color="var(--ts-ok)" aria-hidden />
              <Text fw={600}>{t.devices.joined(joined.name)}</Text>
            </Group>
          )}
          <Group justify="flex-end">
            {joined === undefined && <Button variant="default" loading={busy} onClick={() => void run()}>{t.devices.newCode}</Button>}
            <Button onClick={props.onClose}>{t.common.done}</Button>
          </Group>
          <Text c="var(--ts-bad)" role="alert">{error?.message}</Text>
        </Stack>
      )}
    </Modal>
  );
}

/** The code as it is read aloud or scanned, and how long it can still be used. */
function Code({ code, browser }: { readonly code: DeviceCode; readonly browser: boolean }) {
  const now = useNow();
  const known = useStatusPart((status) => status.master) ?? window.location.origin;
  const { reach } = code;
  const left = Math.max(0, Math.ceil((code.expiresAt - now) / 1000));
  const clock = `${String(Math.floor(left / 60))}:${String(left % 60).padStart(2, "0")}`;
  return (
    <>
      <Text>{t.devices.typeIt(reach?.address ?? known)}</Text>
      <output className={classes.code} data-testid="device-code">{code.code}</output>
      <Text c={left === 0 ? "var(--ts-bad)" : "dimmed"}>{left === 0 ? t.devices.expired : t.devices.validFor(clock)}</Text>
      {reach !== null && left > 0 && (
        <div className={classes.scan}>
          {browser && reach.page !== null && <Picture title={t.devices.scanTrust} hint={t.devices.scanTrustHint} text={reach.page} />}
          <Picture
            title={browser ? t.devices.scanJoin : t.devices.scanTill}
            hint={browser ? t.devices.scanJoinHint : t.devices.scanTillHint}
            // A browser judges by itself whom it trusts, and a smaller picture is read from further away.
            text={writeInvitation({ address: reach.address, code: code.code, authority: browser ? null : reach.authority })}
          />
        </div>
      )}
    </>
  );
}

/** What a camera or a hand scanner reads. */
function Picture(props: { readonly title: string; readonly hint: string; readonly text: string }) {
  return (
    <figure>
      <QRCodeSVG value={props.text} size={176} marginSize={4} title={props.title} />
      <figcaption>
        <strong>{props.title}</strong>
        <Text size="sm" c="dimmed">{props.hint}</Text>
      </figcaption>
    </figure>
  );
}
