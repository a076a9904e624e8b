import { Button, SegmentedControl, Stack, Text, useMantineColorScheme } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { t } from "../../i18n";
import { askToPersist, megabytes, type StorageFacts, storageFacts } from "../../lib/storage";
import { useBackend, useShop } from "../../sync/context";
import { useMay } from "../login/session";
import { useAsked } from "../../sync/use-asked";
import { useStatus } from "../../sync/use-status";
import { Page } from "../../ui/page";
import { notifyProblem } from "../../ui/toast";
import { ConflictsCard } from "./conflicts-card";
import { CreditCard } from "./credit-card";
import { FullScreen } from "./full-screen";
import { MasterCard } from "./master-card";
import { PrinterCard } from "./printer-card";
import { ScannerCard } from "./scanner-card";
import classes from "./settings-screen.module.css";

/** What this till is, how it looks and how safe its storage is. */
export function SettingsScreen() {
  const status = useStatus();
  const shop = useShop();
  const backend = useBackend();
  const mayManage = useMay("manage_devices");
  const maySet = useMay("edit_settings");
  const { value: about, refresh } = useAsked(useCallback(() => backend.about(), [backend]), null);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [facts, setFacts] = useState<StorageFacts | null>(null);
  const [offline, setOffline] = useState<boolean | null>(null);
  const load = useCallback(async () => {
    setFacts(await storageFacts());
    const worker = (navigator as Partial<Navigator>).serviceWorker;
    setOffline(((await worker?.getRegistration())?.active ?? null) !== null);
  }, []);
  useEffect(() => {
    load().catch(() => undefined);
  }, [load]);
  const persist = async () => {
    if (!(await askToPersist())) notifyProblem(t.settings.persistRefused);
    await load();
  };
  return (
    <Page title={t.settings.title}>
      <Stack gap="sm" className={classes.cards}>
        <section className={classes.card}>
          <h2>{t.settings.device}</h2>
          <dl>
            <dt>{t.settings.store}</dt>
            <dd>{shop.name}</dd>
            <dt>{t.settings.till}</dt>
            <dd>{shop.till}</dd>
            <dt>{t.settings.deviceName}</dt>
            <dd>{status.device?.name ?? t.common.none}</dd>
            <dt>{t.settings.deviceId}</dt>
            <dd>{status.device?.id ?? t.common.none}</dd>
          </dl>
        </section>
        <section className={classes.card}>
          <h2>{t.settings.appearance}</h2>
          <SegmentedControl
            aria-label={t.settings.theme}
            value={colorScheme}
            onChange={(value) => setColorScheme(value)}
            data={[
              { value: "light", label: t.settings.light },
              { value: "dark", label: t.settings.dark },
              { value: "auto", label: t.settings.auto },
            ]}
          />
          {about !== null && <FullScreen window={about.fullScreen} onChanged={refresh} />}
        </section>
        <ScannerCard />
        {maySet && <CreditCard />}
        {maySet && <ConflictsCard />}
        <MasterCard mayManage={mayManage} />
        {mayManage && <PrinterCard />}
        {/* A browser may clear what it keeps; the desktop app has files of its own. */}
        {about?.asksForMaster === false && <section className={classes.card}>
          <h2>{t.settings.storage}</h2>
          {facts !== null && (
            <dl>
              <dt>{t.settings.persisted}</dt>
              <dd>
                {facts.persisted === null ? t.settings.persistedUnknown : facts.persisted ? t.settings.persistedYes : t.settings.persistedNo}
                {facts.persisted === false && <Button mt="xs" variant="default" onClick={() => void persist()}>{t.settings.askPersist}</Button>}
              </dd>
              {facts.usedBytes !== null && facts.quotaBytes !== null && (
                <>
                  <dt>{t.settings.used}</dt>
                  <dd>{t.settings.usedOf(megabytes(facts.usedBytes), megabytes(facts.quotaBytes))}</dd>
                </>
              )}
              <dt>{t.settings.secure}</dt>
              <dd>{facts.secureContext ? t.settings.secureYes : t.settings.secureNo}</dd>
              <dt>{t.settings.offlineReady}</dt>
              <dd>{offline === true ? t.settings.offlineYes : t.settings.offlineNo}</dd>
            </dl>
          )}
          {facts === null && <Text c="dimmed">{t.common.loading}</Text>}
        </section>}
      </Stack>
    </Page>
  );
}
