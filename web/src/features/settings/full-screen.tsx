import { Switch } from "@mantine/core";
import { useFullscreenDocument } from "@mantine/hooks";
import { t } from "../../i18n";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";

interface FullScreenProps {
  /** How the window of the desktop app is; null in a browser. */
  readonly window: boolean | null;
  readonly onChanged: () => Promise<void>;
}

/** Fills the screen with the till: the desktop app keeps to it, a browser until the page is left. */
export function FullScreen(props: FullScreenProps) {
  return props.window === null ? <OfPage /> : <OfWindow filled={props.window} onChanged={props.onChanged} />;
}

function OfWindow(props: { readonly filled: boolean; readonly onChanged: () => Promise<void> }) {
  const backend = useBackend();
  const { run, busy, error } = useMutation(async (on: boolean) => {
    await backend.setFullScreen(on);
    await props.onChanged();
  });
  return (
    <Switch
      mt="md"
      size="md"
      label={t.settings.fullScreen}
      description={t.settings.fullScreenKept}
      checked={props.filled}
      disabled={busy}
      error={error?.message}
      onChange={(event) => void run(event.currentTarget.checked)}
    />
  );
}

function OfPage() {
  const { fullscreen, toggle } = useFullscreenDocument();
  if (!document.fullscreenEnabled) return null;
  return (
    <Switch
      mt="md"
      size="md"
      label={t.settings.fullScreen}
      description={t.settings.fullScreenPage}
      checked={fullscreen}
      onChange={() => void toggle().catch(() => undefined)}
    />
  );
}
