import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { t } from "../i18n";
import { describeConnection, retryText } from "../lib/connection";
import { useNow } from "../lib/use-now";
import { useBackend } from "../sync/context";
import { useStatus } from "../sync/use-status";
import classes from "./connection.module.css";

/** Pushes the page down when something lasts; never covers it, never asks for an answer. */
export function ConnectionBanner() {
  const status = useStatus();
  const backend = useBackend();
  const now = useNow();
  const view = describeConnection(status, now);
  if (!view.banner) return null;
  return (
    <section aria-label={t.frame.connectionDetails} className={classes["banner"]} data-tone={view.tone} data-testid="connection-banner">
      <IconAlertTriangle size={22} aria-hidden />
      {/* The sentence is announced once; the countdown beside it is not read out every second. */}
      <p className={classes["sentence"]} role="status">{view.sentence}</p>
      {view.retry !== null && (
        <>
          <span className={classes["countdown"]}>{retryText(view.retry, now)}</span>
          <Button size="md" variant="default" onClick={() => void backend.retryNow()}>
            {t.common.retry}
          </Button>
        </>
      )}
    </section>
  );
}
