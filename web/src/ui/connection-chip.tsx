import { Button, Group, Popover, Stack, Text, UnstyledButton } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCloudCheck,
  IconCloudDown,
  IconCloudOff,
  IconDatabaseExclamation,
  IconPlugConnectedX,
  IconRefresh,
  IconUpload,
} from "@tabler/icons-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { t } from "../i18n";
import { type ConnectionIcon, type ConnectionView, describeConnection, retryText } from "../lib/connection";
import { useFormat } from "../lib/use-format";
import { useNow } from "../lib/use-now";
import type { EpochMs, SyncStatus } from "../sync/backend";
import { useBackend } from "../sync/context";
import { useStatus } from "../sync/use-status";
import classes from "./connection.module.css";

const ICONS = {
  online: IconCloudCheck,
  checking: IconRefresh,
  offline: IconCloudOff,
  attention: IconAlertTriangle,
  storage: IconDatabaseExclamation,
  stopped: IconPlugConnectedX,
  arriving: IconCloudDown,
} satisfies Record<ConnectionIcon, unknown>;

/** Icon and word; a tap shows what lies behind. */
export function ConnectionChip() {
  const status = useStatus();
  const now = useNow();
  const [open, setOpen] = useState(false);
  const view = describeConnection(status, now);
  const Icon = ICONS[view.icon];
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={360} trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton
          className={classes["chip"]}
          data-tone={view.tone}
          data-testid="connection-chip"
          data-state={status.connection.state}
          onClick={() => setOpen(!open)}
        >
          <Icon size={20} aria-hidden />
          <span>{view.word}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={t.frame.connectionDetails}>
        <Details status={status} view={view} now={now} onClose={() => setOpen(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** How many wait to be sent, unless the chip beside it says so. */
export function ToSend() {
  const status = useStatus();
  const now = useNow();
  if (status.pending === 0 || describeConnection(status, now).word === t.connection.offlineToSend(status.pending)) return null;
  return (
    <span className={classes["pending"]} data-testid="to-send">
      <IconUpload size={18} aria-hidden /> {t.frame.toSend(status.pending)}
    </span>
  );
}

interface DetailsProps {
  readonly status: SyncStatus;
  readonly view: ConnectionView;
  readonly now: EpochMs;
  readonly onClose: () => void;
}

/** Drawn only while open: numbers and dates in words take a browser long the first time. */
function Details({ status, view, now, onClose }: DetailsProps) {
  const backend = useBackend();
  const format = useFormat();
  const [, navigate] = useLocation();
  return (
    <Stack gap="sm">
      <Text>{view.sentence}</Text>
      {view.retry !== null && <Text c="dimmed">{retryText(view.retry, now)}</Text>}
      {status.stalled && <Text>{t.connection.stalled}</Text>}
      <dl className={classes["facts"]}>
        <dt>{t.connection.waiting}</dt>
        <dd>{format.count(status.pending)}</dd>
        {status.oldestPendingAt !== null && (
          <>
            <dt>{t.connection.oldest}</dt>
            <dd>{format.dateTime(status.oldestPendingAt)}</dd>
          </>
        )}
        <dt>{t.connection.attention}</dt>
        <dd>{format.count(status.attention)}</dd>
        <dt>{t.connection.lastSynced}</dt>
        <dd>{status.lastSyncedAt === null ? t.connection.never : format.dateTime(status.lastSyncedAt)}</dd>
      </dl>
      {status.clockSkewMs !== null && Math.abs(status.clockSkewMs) > 60_000 && (
        <Text>{t.connection.skew(Math.round(status.clockSkewMs / 1000))}</Text>
      )}
      <Group gap="xs" grow>
        <Button variant="default" onClick={() => { onClose(); navigate("/sync"); }}>
          {t.connection.openInspector}
        </Button>
        {status.connection.state !== "online" && (
          <Button onClick={() => void backend.retryNow()}>{t.common.retry}</Button>
        )}
      </Group>
    </Stack>
  );
}
