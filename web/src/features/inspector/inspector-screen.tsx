import { Button, Group, Stack, Switch, Text } from "@mantine/core";
import { IconClipboard, IconRefresh } from "@tabler/icons-react";
import { useState } from "react";
import { t } from "../../i18n";
import { describeConnection, retryText } from "../../lib/connection";
import { downloadText } from "../../lib/csv";
import { useFormat } from "../../lib/use-format";
import { useNow } from "../../lib/use-now";
import { megabytes } from "../../lib/storage";
import type { AttentionRow, StorageHealth } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { useStatus } from "../../sync/use-status";
import { Confirm } from "../../ui/confirm";
import { Empty } from "../../ui/empty";
import { Facts } from "../../ui/facts";
import { Page } from "../../ui/page";
import { notifyDone } from "../../ui/toast";
import { AttentionList } from "./attention-list";
import { FrameList } from "./frame-list";
import classes from "./inspector-screen.module.css";
import { LogList } from "./log-list";
import { QueueList } from "./queue-list";
import { useInspection } from "./use-inspection";

/** How safe this till's data is, in plain words. */
function storageText(storage: StorageHealth): string {
  const parts = [
    t.inspector.durability[storage.durability],
    storage.recordsKept ? null : t.inspector.recordsNotKept,
    storage.nearlyFull ? t.inspector.nearlyFull : null,
    storage.usedBytes === null || storage.quotaBytes === null
      ? null
      : t.inspector.usedOf(megabytes(storage.usedBytes), megabytes(storage.quotaBytes)),
  ];
  return parts.filter((part) => part !== null).join(" ");
}

/** What the engine does: its queue, what was refused, where it stands, what it said and heard. */
export function InspectorScreen() {
  const backend = useBackend();
  const status = useStatus();
  const format = useFormat();
  const now = useNow();
  const { inspection, refresh } = useInspection();
  const [decided, setDecided] = useState(false);
  const [dismissing, setDismissing] = useState<AttentionRow | null>(null);
  const view = describeConnection(status, now);
  const { run: copy, busy } = useMutation(async () => {
    const text = await backend.diagnostics();
    try {
      await navigator.clipboard.writeText(text);
      notifyDone(t.inspector.copied);
    } catch {
      downloadText("tillsync-diagnostics.txt", text, "text/plain");
      notifyDone(t.inspector.copyFailed);
    }
  });
  const { run: dismiss } = useMutation(async (row: AttentionRow) => {
    setDismissing(null);
    await backend.dismiss(row.device, row.seq);
    await refresh();
  });
  const { run: again, busy: sending, error: failed } = useMutation(async (row: AttentionRow) => {
    await backend.reissue(row.device, row.seq);
    await refresh();
  });
  if (inspection === null) return null;
  const { position } = inspection;
  const queue = inspection.outbox.filter((row) => decided || row.state === "waiting" || row.state === "in_flight");

  return (
    <Page
      title={t.inspector.title}
      tools={
        <>
          <Button variant="default" loading={busy} leftSection={<IconClipboard size={20} aria-hidden />} onClick={() => void copy()}>
            {t.inspector.copy}
          </Button>
          <Button leftSection={<IconRefresh size={20} aria-hidden />} onClick={() => void backend.retryNow()}>{t.inspector.retry}</Button>
        </>
      }
    >
      <div className={classes.grid}>
        <Stack gap="sm" className={classes.column} tabIndex={0}>
          {inspection.attention.length > 0 && (
            <section className={classes.card} aria-labelledby="attention-title">
              <h2 id="attention-title" className={classes.title}>{t.inspector.attention} ({inspection.attention.length})</h2>
              <AttentionList rows={inspection.attention} busy={sending} onAgain={(row) => void again(row)} onDismiss={setDismissing} />
              {failed !== null && <Text c="var(--ts-bad)" role="alert">{failed.message}</Text>}
            </section>
          )}
          <section className={classes.card} data-fill aria-labelledby="queue-title">
            <Group justify="space-between">
              <h2 id="queue-title" className={classes.title}>{t.inspector.queue} ({format.count(status.pending)})</h2>
              {status.inFlight > 0 && <Text c="dimmed">{t.inspector.onTheirWay(status.inFlight)}</Text>}
              <Switch size="md" label={t.inspector.showDecided} checked={decided} onChange={(event) => setDecided(event.currentTarget.checked)} />
            </Group>
            {queue.length === 0 ? <Empty title={t.inspector.queueEmpty} hint={t.inspector.queueEmptyHint} /> : <QueueList rows={queue} now={now} />}
          </section>
        </Stack>
        <Stack gap="sm" className={classes.column} tabIndex={0}>
          <section className={classes.card} aria-labelledby="position-title">
            <h2 id="position-title" className={classes.title}>{t.inspector.position}</h2>
            <Facts>
              <dt>{t.inspector.connection}</dt>
              <dd>{view.word}{view.retry === null ? "" : ` · ${retryText(view.retry, now)}`}</dd>
              <dt>{t.inspector.masterAddress}</dt>
              <dd>{status.master ?? t.common.none}</dd>
              <dt>{t.inspector.role}</dt>
              <dd>{t.inspector.roles[status.role]}</dd>
              <dt>{t.inspector.device}</dt>
              <dd>{status.device === null ? t.common.none : `${status.device.name} · ${status.device.id}`}</dd>
              <dt>{t.inspector.log}</dt>
              <dd>{position.logId ?? t.common.none}</dd>
              <dt>{t.inspector.applied}</dt>
              <dd>{format.count(position.position)}</dd>
              <dt>{t.inspector.decided}</dt>
              <dd>{format.count(position.yourSeq)}</dd>
              <dt>{t.inspector.next}</dt>
              <dd>{format.count(position.nextSeq)}</dd>
              <dt>{t.inspector.archived}</dt>
              <dd>{format.count(position.archived)}</dd>
              <dt>{t.inspector.storage}</dt>
              <dd>{storageText(status.storage)}</dd>
              {status.lastError !== null && (
                <>
                  <dt>{t.inspector.lastError}</dt>
                  <dd>{format.clock(status.lastError.at)} · {status.lastError.message} ({status.lastError.code})</dd>
                </>
              )}
            </Facts>
          </section>
          <section className={classes.card} aria-labelledby="log-title">
            <h2 id="log-title" className={classes.title}>{t.inspector.ownLog}</h2>
            <div className={classes.log} tabIndex={0}>
              {inspection.log.length === 0 ? <Text c="dimmed">{t.inspector.ownLogEmpty}</Text> : <LogList entries={inspection.log} />}
            </div>
          </section>
          <section className={classes.card} data-fill aria-labelledby="frames-title">
            <h2 id="frames-title" className={classes.title}>{t.inspector.frames}</h2>
            {inspection.frames.length === 0 ? <Text c="dimmed">{t.inspector.framesEmpty}</Text> : <FrameList frames={inspection.frames} />}
          </section>
        </Stack>
      </div>
      <Confirm
        opened={dismissing !== null}
        title={t.inspector.dismissTitle}
        hint={t.inspector.dismissHint}
        action={t.inspector.dismiss}
        onCancel={() => setDismissing(null)}
        onConfirm={() => {
          if (dismissing !== null) void dismiss(dismissing);
        }}
      />
    </Page>
  );
}
