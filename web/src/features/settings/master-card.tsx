import { Button, Code, Group, Text, TextInput } from "@mantine/core";
import { useCallback, useState } from "react";
import { t } from "../../i18n";
import type { Hosting, HostingLan } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useAsked } from "../../sync/use-asked";
import { useMutation } from "../../sync/use-mutation";
import { Confirm } from "../../ui/confirm";
import { Fingerprint } from "../../ui/fingerprint";
import { CompareFingerprint } from "../enrol/compare-fingerprint";
import classes from "./settings-screen.module.css";

/** How often a master that may start or stop by itself is looked at. */
const EVERY_MS = 3_000;

/** Where the shop's master is; on a desktop till, also what it does here. */
export function MasterCard(props: { readonly mayManage: boolean }) {
  const backend = useBackend();
  const ask = useCallback(async () => ({ about: await backend.about(), hosting: await backend.hosting() }), [backend]);
  const { value: place, refresh } = useAsked(ask, null, EVERY_MS);
  if (place === null || place.hosting === null) return null;
  return (
    <section className={classes.card}>
      <h2>{t.settings.master}</h2>
      <dl>
        <dt>{t.settings.masterAddress}</dt>
        <dd>{place.about.master}</dd>
      </dl>
      {place.hosting.state === "elsewhere" ? (
        <Elsewhere key={place.about.master} address={place.about.master} mayManage={props.mayManage} onDone={refresh} />
      ) : (
        <Here hosting={place.hosting} mayManage={props.mayManage} onDone={refresh} />
      )}
    </section>
  );
}

interface PartProps {
  readonly mayManage: boolean;
  readonly onDone: () => Promise<void>;
}

function Elsewhere(props: PartProps & { readonly address: string }) {
  const backend = useBackend();
  const [address, setAddress] = useState(props.address);
  const { run, busy, error, clear } = useMutation(async (compared: string) => {
    await backend.setMaster(compared === "" ? address : `${address.split("#")[0] ?? ""}${compared}`);
    await props.onDone();
  });
  const fingerprint = error?.fingerprint ?? null;
  if (fingerprint !== null) {
    return <CompareFingerprint fingerprint={fingerprint} hint={error?.message ?? ""} busy={busy} onSame={() => void run(`#${fingerprint}`)} onOther={clear} />;
  }
  if (!props.mayManage) return <Text c="dimmed" mt="xs">{t.settings.masterElsewhere}</Text>;
  return (
    <Group align="flex-end" mt="sm">
      <TextInput
        className={classes.grow}
        label={t.settings.masterChange}
        description={t.settings.masterChangeHint}
        error={error?.message}
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        value={address}
        onChange={(event) => setAddress(event.currentTarget.value)}
      />
      <Button variant="default" loading={busy} disabled={address.trim() === ""} onClick={() => void run("")}>
        {t.settings.masterSave}
      </Button>
    </Group>
  );
}

function Here(props: PartProps & { readonly hosting: Hosting }) {
  const { hosting } = props;
  const backend = useBackend();
  const [stopping, setStopping] = useState(false);
  const { run, busy, error } = useMutation(async (on: boolean) => {
    await backend.setHosting(on);
    await props.onDone();
  });
  const said = { elsewhere: "", stopped: t.settings.masterStopped, running: t.settings.masterHere, failed: "" }[hosting.state];
  return (
    <>
      <Text mt="xs">{hosting.state === "failed" ? hosting.message : said}</Text>
      {hosting.state === "running" && hosting.lan !== null && <Reached lan={hosting.lan} />}
      {error !== null && error.message !== (hosting.state === "failed" ? hosting.message : "") && (
        <Text c="var(--ts-bad)" role="alert">{error.message}</Text>
      )}
      {props.mayManage && (
        <Button
          mt="sm"
          variant={hosting.state === "running" ? "default" : "filled"}
          loading={busy}
          onClick={() => (hosting.state === "running" ? setStopping(true) : void run(true))}
        >
          {hosting.state === "running" ? t.settings.masterStop : t.settings.masterStart}
        </Button>
      )}
      <Confirm
        opened={stopping}
        title={t.settings.masterStopTitle}
        hint={t.settings.masterStopHint}
        action={t.settings.masterStop}
        onCancel={() => setStopping(false)}
        onConfirm={() => {
          setStopping(false);
          void run(false);
        }}
      />
    </>
  );
}

/** How other machines come to it. */
function Reached(props: { readonly lan: HostingLan }) {
  const { addresses, page, fingerprint, firewall } = props.lan;
  return (
    <>
      <Ways addresses={addresses} page={page} fingerprint={fingerprint} />
      {firewall !== null && (
        <>
          <Text mt="sm">{t.settings.masterFirewall(firewall.program)}</Text>
          <Code block mt="xs" fz="sm">{firewall.command}</Code>
        </>
      )}
    </>
  );
}

function Ways(props: Pick<HostingLan, "addresses" | "page" | "fingerprint">) {
  const { addresses, page, fingerprint } = props;
  return (
    <dl className={classes.reached}>
      {page !== null && (
        <>
          <dt>{t.settings.masterPage}</dt>
          <dd>{page}</dd>
        </>
      )}
      {addresses.length > 0 && (
        <>
          <dt>{t.settings.masterTills}</dt>
          <dd>{addresses.map((address) => <span key={address}>{address}</span>)}</dd>
        </>
      )}
      <dt>{t.settings.masterFingerprint}</dt>
      <dd>
        <Fingerprint groups={fingerprint} />
        <Text size="sm" c="dimmed">{t.settings.masterFingerprintHint}</Text>
      </dd>
    </dl>
  );
}
