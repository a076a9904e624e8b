import { Button } from "@mantine/core";
import { IconAlertTriangle, IconLockOpen } from "@tabler/icons-react";
import { useCallback } from "react";
import { Rejoin } from "../features/enrol/rejoin";
import { t } from "../i18n";
import { type ConnectionView, describeConnection, retryText } from "../lib/connection";
import { useCalm } from "../lib/use-calm";
import { useNow } from "../lib/use-now";
import type { EpochMs } from "../sync/backend";
import { useBackend } from "../sync/context";
import { useAsked } from "../sync/use-asked";
import { useStatus } from "../sync/use-status";
import classes from "./connection.module.css";

/**
 * Pushes the page down when something lasts, and never under a finger; never covers it, never asks
 * for an answer.
 */
export function ConnectionBanner() {
  const status = useStatus();
  const backend = useBackend();
  const now = useNow();
  const view = describeConnection(status, now);
  const { connection } = status;
  const shutOut = connection.state === "paused" && connection.reason === "auth";
  const open = useCalm(view.banner);
  return (
    <>
      <InsecureBanner />
      {open && <Lasting view={view} shutOut={shutOut} now={now} onRetry={() => void backend.retryNow()} />}
    </>
  );
}

/** On plain http alone. Never goes away by itself: somebody has to give the shop an https address. */
export function InsecureBanner() {
  const backend = useBackend();
  const { connection } = useStatus();
  const ask = useCallback(() => backend.about(), [backend]);
  // Asked again as the connection moves: a desktop till may have gone to another main server.
  const { value: about } = useAsked(ask, connection.state);
  if (window.isSecureContext && about?.exposed !== true) return null;
  const hint = window.isSecureContext ? t.blocked.exposedHint : t.blocked.insecureHint;
  return (
    <section aria-label={t.blocked.insecureTitle} className={classes["banner"]} data-tone="warn" style={{ flexWrap: "nowrap" }}>
      <IconLockOpen size={22} style={{ flexShrink: 0 }} aria-hidden />
      <p className={classes["sentence"]}>
        <strong>{t.blocked.insecureTitle}.</strong> {hint}
      </p>
    </section>
  );
}

interface LastingProps {
  readonly view: ConnectionView;
  /** The main server no longer lets this device in. */
  readonly shutOut: boolean;
  readonly now: EpochMs;
  readonly onRetry: () => void;
}

function Lasting({ view, shutOut, now, onRetry }: LastingProps) {
  return (
    <section aria-label={t.frame.connectionDetails} className={classes["banner"]} data-tone={view.tone} data-testid="connection-banner">
      <IconAlertTriangle size={22} aria-hidden />
      {/* The sentence is announced once; the countdown beside it is not read out every second. */}
      <p className={classes["sentence"]} role="status">{view.sentence}</p>
      {shutOut && <Rejoin />}
      {view.retry !== null && (
        <>
          <span className={classes["countdown"]}>{retryText(view.retry, now)}</span>
          <Button size="md" variant="default" onClick={onRetry}>
            {t.common.retry}
          </Button>
        </>
      )}
    </section>
  );
}
