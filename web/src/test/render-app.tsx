import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { createEvent, fireEvent, render, screen } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import { App } from "../app";
import { ScanProvider } from "../lib/use-scan";
import { ServicesProvider } from "../sync/context";
import { StatusStore } from "../sync/status-store";
import { cssVariables, theme } from "../theme";
import type { FakeBackend } from "./fake-backend";

/** The whole app over the mock backend, as page.tsx puts it together. */
export async function renderApp(backend: FakeBackend, address = "/"): Promise<UserEvent> {
  window.localStorage.clear();
  window.history.pushState(null, "", address);
  const status = await StatusStore.open(backend);
  render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} env="test">
      <Notifications />
      <ServicesProvider services={{ backend, status }}>
        <ScanProvider>
          <App />
        </ScanProvider>
      </ServicesProvider>
    </MantineProvider>,
  );
  // Slower than the barcode listener takes for a scanner.
  return userEvent.setup({ delay: 70 });
}

export async function loginAs(user: UserEvent, name: string, pin: string): Promise<void> {
  await user.click(await screen.findByText(name));
  await user.keyboard(`${pin}{Enter}`);
  // The till comes a moment after the frame around it.
  await screen.findByTestId("cart");
}

/** As a scanner types: all characters in one go wherever the focus is, then Enter. */
export function scan(code: string): void {
  const began = performance.now();
  [...code, "Enter"].forEach((key, at) => {
    const target = document.activeElement ?? document.body;
    const event = createEvent.keyDown(target, { key });
    // A browser stamps a key when it was struck, however late the page gets to hear of it.
    Object.defineProperty(event, "timeStamp", { value: began + at });
    fireEvent(target, event);
  });
}
