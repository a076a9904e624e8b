import { Button, Code, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { t } from "../../i18n";
import type { Connection } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import classes from "./center.module.css";

/** Says why this tab cannot sell, and what to do. */
export function Notice(props: { readonly title: string; readonly hint: string; readonly detail?: string | undefined; readonly children?: ReactNode }) {
  return (
    <main className={classes.screen}>
      <div className={classes.card}>
        <Stack gap="md">
          <Title order={1} size="h2">{props.title}</Title>
          <Text>{props.hint}</Text>
          {props.detail !== undefined && props.detail !== "" && <Code block className={classes.detail}>{props.detail}</Code>}
          {props.children}
        </Stack>
      </div>
    </main>
  );
}

export function ReloadButton() {
  return <Button onClick={() => window.location.reload()}>{t.app.reload}</Button>;
}

export function OtherTabScreen() {
  const backend = useBackend();
  const { run, busy, error } = useMutation(() => backend.takeOver());
  return (
    <Notice title={t.blocked.otherTabTitle} hint={t.blocked.otherTabHint}>
      <Text c="var(--ts-bad)" role="alert">{error?.message}</Text>
      <Button loading={busy} onClick={() => void run()}>{t.blocked.takeOver}</Button>
    </Notice>
  );
}

/** The screen instead of the app, where the connection's state forbids to sell; else `null`. */
export function blockedBy(connection: Connection): ReactNode | null {
  if (connection.state === "other_tab") return <OtherTabScreen />;
  if (connection.state === "failed") {
    return (
      <Notice title={t.app.failedTitle} hint={t.app.failedHint} detail={connection.message}>
        <ReloadButton />
      </Notice>
    );
  }
  if (connection.state !== "storage") return null;
  switch (connection.problem) {
    case "memory_only":
      return <Notice title={t.blocked.memoryTitle} hint={t.blocked.memoryHint} />;
    case "lost":
      return (
        <Notice title={t.blocked.lostTitle} hint={t.blocked.lostHint}>
          <ReloadButton />
        </Notice>
      );
    case "full":
      // What was sold can still be seen and sent; the banner says what to do.
      return null;
  }
}
