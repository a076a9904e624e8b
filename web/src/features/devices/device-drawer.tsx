import { Button, NumberInput, Switch, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { t } from "../../i18n";
import { afterEvent } from "../../lib/after-event";
import { useFormat } from "../../lib/use-format";
import type { DeviceRow } from "../../sync/backend";
import { toBackendError } from "../../sync/backend-error";
import { useBackend } from "../../sync/context";
import { Confirm } from "../../ui/confirm";
import { Facts } from "../../ui/facts";
import { FormDrawer } from "../../ui/form-drawer";
import { notifyDone, notifyProblem } from "../../ui/toast";
import { gone, nameOf } from "./words";

interface DeviceDrawerProps {
  readonly device: DeviceRow;
  /** False: no permission, or the main server is away. */
  readonly editable: boolean;
  readonly onChanged: () => Promise<void>;
  readonly onClose: () => void;
}

/** One device: its name, whether it may stand in, and the way to send it away. */
export function DeviceDrawer(props: DeviceDrawerProps) {
  const { device } = props;
  const backend = useBackend();
  const [revoking, setRevoking] = useState(false);
  const own = device.kind !== "node";
  const editable = props.editable && own && !gone(device);
  const form = useForm({
    mode: "controlled",
    initialValues: { name: device.name, standsIn: device.standsIn, priority: device.priority },
    validateInputOnBlur: true,
    validate: {
      name: (text) => (text.trim() === "" ? t.devices.nameMissing : null),
      priority: (value) => (typeof value === "number" && value >= 0 ? null : t.devices.priorityInvalid),
    },
  });
  const save = async ({ name, standsIn, priority }: typeof form.values) => {
    if (name.trim() !== device.name) await backend.renameDevice(device.id, name.trim());
    if (standsIn !== device.standsIn || priority !== device.priority) {
      await backend.setStandIn(device.id, { standsIn, priority: Number(priority) });
    }
    await props.onChanged();
    notifyDone(t.devices.saved(name.trim()));
  };
  const revoke = async () => {
    setRevoking(false);
    try {
      await backend.revokeDevice(device.id);
      await props.onChanged();
      notifyDone(t.devices.wasRevoked(device.name));
      props.onClose();
    } catch (thrown) {
      notifyProblem(toBackendError(thrown).message);
    }
  };
  return (
    <>
      <FormDrawer
        title={nameOf(device)}
        form={form}
        editable={editable}
        covered={revoking}
        onSave={save}
        onClose={props.onClose}
        head={<Known device={device} />}
        action={
          editable && !device.own ? (
            <Button variant="light" color="red" onClick={afterEvent(() => setRevoking(true))}>{t.devices.revoke}</Button>
          ) : undefined
        }
      >
        {own && <TextInput label={t.devices.name} maxLength={80} {...form.getInputProps("name")} />}
        {own && !gone(device) && (
          <>
            <Switch label={t.devices.standsIn} description={t.devices.standsInHint} {...form.getInputProps("standsIn", { type: "checkbox" })} />
            <NumberInput size="lg" label={t.devices.priority} description={t.devices.priorityHint} min={0} max={999} allowDecimal={false} {...form.getInputProps("priority")} />
          </>
        )}
        {editable && device.own && <Text c="dimmed" size="sm">{t.devices.notOwn}</Text>}
      </FormDrawer>
      <Confirm
        opened={revoking}
        title={t.devices.revokeTitle(device.name)}
        hint={device.pending > 0 ? t.devices.revokePending(device.pending) : t.devices.revokeHint}
        action={t.devices.revoke}
        onCancel={afterEvent(() => setRevoking(false))}
        onConfirm={() => void revoke()}
      />
    </>
  );
}

function Known({ device }: { readonly device: DeviceRow }) {
  const format = useFormat();
  const facts: readonly (readonly [string, string | null])[] = [
    [t.devices.kind, t.devices.kinds[device.kind]],
    [t.devices.tillNumber, device.ordinal > 0 ? t.devices.till(device.ordinal) : null],
    [t.devices.app, device.app],
    [t.devices.since, format.dateTime(device.enrolledAt)],
    [t.devices.seen, device.lastSeen === null ? null : format.dateTime(device.lastSeen)],
    [t.devices.synced, device.lastSyncedAt === null ? null : format.dateTime(device.lastSyncedAt)],
    [t.devices.revokedAt, device.revokedAt === null ? null : format.dateTime(device.revokedAt)],
    [t.devices.closedAt, device.closedAt === null ? null : format.dateTime(device.closedAt)],
    [t.devices.id, device.id],
  ];
  return (
    <Facts>
      {facts.map(([name, text]) => text !== null && (
        <Fact key={name} name={name} text={text} />
      ))}
    </Facts>
  );
}

function Fact(props: { readonly name: string; readonly text: string }) {
  return (
    <>
      <dt>{props.name}</dt>
      <dd>{props.text}</dd>
    </>
  );
}
