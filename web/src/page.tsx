import "@mantine/core/styles.layer.css";
import "@mantine/notifications/styles.layer.css";
import "./global.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { StrictMode, startTransition } from "react";
import { createRoot } from "react-dom/client";
import { Notice, ReloadButton } from "./features/enrol/blocked-screen";
import { t } from "./i18n";
import { ScanProvider } from "./lib/use-scan";
import { UpdatePrompt } from "./pwa/update-prompt";
import type { SyncBackend } from "./sync/backend";
import { toBackendError } from "./sync/backend-error";
import { ServicesProvider } from "./sync/context";
import { StatusStore } from "./sync/status-store";
import { cssVariables, theme } from "./theme";
import { Empty } from "./ui/empty";

const element = document.getElementById("root");
if (element === null) throw new Error("index.html has no #root");
const root = createRoot(element);

function draw(content: React.ReactNode): void {
  const page = (
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <Notifications position="bottom-left" limit={3} />
        {content}
      </MantineProvider>
    </StrictMode>
  );
  // In pieces, between which the main thread is free.
  startTransition(() => root.render(page));
}

/** Draws what there is: that the till opens, then the app, or why there is none. */
export async function drawPage(opening: Promise<SyncBackend>): Promise<void> {
  draw(<Empty title={t.app.opening} hint={t.app.openingHint} />);
  try {
    // Apart from this page: read in one go, both would hold the main thread too long.
    const coming = import("./app");
    const backend = await opening;
    const [status, { App, fetchScreens }] = await Promise.all([StatusStore.open(backend), coming]);
    draw(
      <ServicesProvider services={{ backend, status }}>
        <ScanProvider>
          <App />
          <UpdatePrompt />
        </ScanProvider>
      </ServicesProvider>,
    );
    void fetchScreens();
  } catch (thrown) {
    const error = toBackendError(thrown);
    draw(
      <Notice title={t.app.failedTitle} hint={t.app.failedHint} detail={`${error.message} (${error.code})`}>
        <ReloadButton />
      </Notice>,
    );
  }
}
