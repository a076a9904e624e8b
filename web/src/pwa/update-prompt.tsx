import { Button, Group, Paper, Text } from "@mantine/core";
import { useRegisterSW } from "virtual:pwa-register/react";
import { t } from "../i18n";
import classes from "./update-prompt.module.css";

const CHECK_EVERY_MS = 60 * 60 * 1000;

/** A new version waits until somebody says so; unsent work stays in the outbox meanwhile. */
export function UpdatePrompt() {
  const {
    needRefresh: [ready, setReady],
    updateServiceWorker,
  } = useRegisterSW({
    onRegisteredSW(_url, registration) {
      if (registration === undefined) return;
      setInterval(() => {
        // Without network there is nothing to find; the next check follows.
        registration.update().catch(() => undefined);
      }, CHECK_EVERY_MS);
    },
  });
  const update = async () => {
    await updateServiceWorker(true);
    // The page of a first visit is under no service worker yet: the new one has begun by itself, and
    // nobody tells the page.
    if (navigator.serviceWorker.controller === null) window.location.reload();
  };
  if (!ready) return null;
  return (
    <Paper className={classes.prompt} role="status" shadow="lg" p="md" withBorder>
      <Text fw={650}>{t.pwa.updateTitle}</Text>
      <Text c="dimmed">{t.pwa.updateHint}</Text>
      <Group mt="sm" justify="flex-end">
        <Button variant="default" onClick={() => setReady(false)}>{t.pwa.later}</Button>
        <Button onClick={() => void update()}>{t.pwa.update}</Button>
      </Group>
    </Paper>
  );
}
