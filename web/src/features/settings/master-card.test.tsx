import { screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Hosting } from "../../sync/backend";
import { FakeBackend } from "../../test/fake-backend";
import { loginAs, renderApp } from "../../test/render-app";

async function open(host: Hosting | null, name = "Marco Rossi", pin = "2222") {
  const backend = new FakeBackend(1);
  backend.host = host;
  if (host !== null) backend.place = { app: "tillsync-desktop 0.1.0", master: "http://127.0.0.1:7400", asksForMaster: true, exposed: false, fullScreen: false };
  const user = await renderApp(backend);
  await loginAs(user, name, pin);
  await user.click(screen.getByRole("link", { name: "Settings" }));
  await screen.findByRole("heading", { name: "This till" });
  return { backend, user };
}

it("asks before the main server of the shop is stopped, and starts it again", async () => {
  const { backend, user } = await open({ state: "running", address: "http://127.0.0.1:7400", lan: null });
  await user.click(await screen.findByRole("button", { name: "Stop the main server" }));
  expect(backend.host?.state).toBe("running");
  await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Stop the main server" }));
  await screen.findByText(/it is stopped/);
  await user.click(screen.getByRole("button", { name: "Start the main server" }));
  await screen.findByText(/This till is the main server: it keeps/);
});

it("says how tablets and other tills come to the main server, and what they compare", async () => {
  const fingerprint = Array.from({ length: 16 }, (_, n) => `AB${String(n).padStart(2, "0")}`);
  const lan = { addresses: ["https://192.168.1.5:7400", "https://kasse.local:7400"], page: "http://192.168.1.5:7400", fingerprint, firewall: { program: "ufw", command: "sudo ufw allow 7400/tcp" } };
  await open({ state: "running", address: "http://127.0.0.1:7400", lan });
  expect(await screen.findByText("http://192.168.1.5:7400")).toBeVisible();
  expect(screen.getByText("https://kasse.local:7400")).toBeVisible();
  expect(screen.getByText("AB04 AB05 AB06 AB07")).toBeVisible();
  expect(screen.getByText("sudo ufw allow 7400/tcp")).toBeVisible();
});

it("says why the main server does not start", async () => {
  await open({ state: "failed", message: "Another program on this computer uses port 7400." });
  expect(await screen.findByText("Another program on this computer uses port 7400.")).toBeVisible();
  expect(screen.getByRole("button", { name: "Start the main server" })).toBeVisible();
});

it("goes to a main server that has moved, where somebody may say so", async () => {
  const { backend, user } = await open({ state: "elsewhere" });
  const address = await screen.findByLabelText("Change the address");
  await user.clear(address);
  await user.type(address, "192.168.1.9");
  await user.click(screen.getByRole("button", { name: "Use this address" }));
  await screen.findByText("192.168.1.9");
  expect(backend.place.master).toBe("192.168.1.9");
});

it("shows a browser where it keeps its data, and no main server", async () => {
  await open(null);
  expect(await screen.findByRole("heading", { name: "Storage" })).toBeVisible();
  expect(screen.queryByRole("heading", { name: "Main server" })).toBeNull();
});

it("fills the screen on the desktop app, which keeps to it", async () => {
  const { backend, user } = await open({ state: "elsewhere" });
  const filled = await screen.findByRole("switch", { name: /Full screen/ });
  expect(filled).not.toBeChecked();
  await user.click(filled);
  await waitFor(() => expect(filled).toBeChecked());
  expect(backend.place.fullScreen).toBe(true);
});
