import { screen, within } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import type { Connection, SyncStatus } from "../sync/backend";
import { FakeBackend } from "../test/fake-backend";
import { loginAs, renderApp } from "../test/render-app";

interface Shown {
  readonly chip: RegExp;
  /** In the banner: after ten seconds in which nothing got better. */
  readonly banner: RegExp | null;
}

const soon = () => Date.now() + 8_000;

/** What people see of every state that a till can be in while its screens are open. */
const STATES: readonly (readonly [Connection, Shown])[] = [
  [{ state: "online" }, { chip: /^Online$/, banner: null }],
  [{ state: "checking" }, { chip: /^Checking…$/, banner: null }],
  [{ state: "connecting", attempt: 2, nextRetryAt: null }, { chip: /^Offline, 3 to send$/, banner: /Keep selling.*Attempt 2, trying now/ }],
  [{ state: "server_unreachable", attempt: 4, nextRetryAt: soon() }, { chip: /^Offline, 3 to send$/, banner: /Keep selling.*Attempt 4, next in \d+ s.*Retry now/ }],
  [{ state: "no_network" }, { chip: /^No network$/, banner: /go out when the network is back/ }],
  [{ state: "draining" }, { chip: /^Main server restarts$/, banner: /The main server restarts/ }],
  [{ state: "paused", reason: "auth", message: "A manager took this device's access away." }, { chip: /^Waiting for a manager$/, banner: /took this device's access away/ }],
  [{ state: "paused", reason: "needs_upgrade", message: "This version is too old." }, { chip: /^Update needed$/, banner: /too old/ }],
  [{ state: "storage", problem: "full" }, { chip: /^Storage problem$/, banner: /This device is full/ }],
];

/** And of those in which there are no screens to show. */
const BLOCKED: readonly (readonly [Connection, RegExp])[] = [
  [{ state: "storage", problem: "lost" }, /^The storage was closed$/],
  [{ state: "storage", problem: "memory_only" }, /^This window keeps nothing$/],
  [{ state: "other_tab" }, /^This till is open in another tab$/],
  [{ state: "failed", message: "two identities" }, /^The till has stopped$/],
];

async function open() {
  const backend = new FakeBackend(1);
  const user = await renderApp(backend);
  await loginAs(user, "Marco Rossi", "2222");
  return { backend, user };
}

it("has a word for every state, and after ten seconds a sentence", async () => {
  const { backend } = await open();
  for (const [connection, shown] of STATES) {
    backend.setStatus({ connection, pending: 3, since: Date.now() - 11_000 });
    const chip = await screen.findByTestId("connection-chip");
    await expect.poll(() => [chip.getAttribute("data-state"), chip.textContent]).toEqual([connection.state, expect.stringMatching(shown.chip)]);
    // It waits for hands that are on the page: somebody has just logged in.
    const banner = () => screen.queryByTestId("connection-banner")?.textContent ?? null;
    const sentence = expect.poll(banner, { timeout: 5_000 });
    if (shown.banner === null) await sentence.toBeNull();
    else await sentence.toMatch(shown.banner);
    // The number to send stands there once, whatever the state.
    expect(screen.getAllByText(/3 to send/)).toHaveLength(1);
  }
});

it("says in full what keeps the till from selling at all", async () => {
  const { backend } = await open();
  for (const [connection, title] of BLOCKED) {
    backend.setStatus({ connection });
    expect(await screen.findByRole("heading", { name: title })).toBeVisible();
  }
});

it("shows every other part of the status where somebody looks for it", async () => {
  const { backend, user } = await open();
  const now = Date.now();
  const status: Partial<SyncStatus> = {
    since: now,
    connection: { state: "online" },
    pending: 4,
    inFlight: 2,
    oldestPendingAt: now - 60_000,
    stalled: true,
    attention: 2,
    conflicts: 1,
    tasks: 2,
    clockSkewMs: 120_000,
    lastError: { at: now, code: "checksum", class: "retry", message: "records differ" },
  };
  backend.setStatus(status);
  const chip = await screen.findByRole("button", { name: /2 need attention/ });
  expect(screen.getByTestId("to-send")).toHaveTextContent("4 to send");
  expect(screen.getByTestId("tasks-badge")).toHaveTextContent("3");
  await user.click(chip);
  const details = within(await screen.findByRole("dialog"));
  for (const text of [/The queue does not get shorter/, /Waiting to be sent/, /Oldest waits since/, /Last in step/, /120 s ahead/]) {
    expect(details.getByText(text)).toBeVisible();
  }
  await user.click(details.getByRole("button", { name: "Details" }));
  expect(await screen.findByText(/records differ \(checksum\)/)).toBeVisible();
  for (const text of ["http://127.0.0.1:8080", "The main server decides", /Till 3 · /, "Queue (4)", /has promised to keep/, "2 on their way"]) {
    expect(screen.getByText(text)).toBeVisible();
  }
  backend.setStatus({ attention: 0, firstSync: { done: 21_000, total: 50_000 } });
  expect(await screen.findByRole("button", { name: "Getting data, 42 %" })).toBeVisible();
  backend.setStatus({ registered: false, device: null });
  expect(await screen.findByRole("heading", { name: "Set up this till" })).toBeVisible();
});

it("shows what the device did, in its inspector", async () => {
  const { backend, user } = await open();
  backend.log = [
    { at: 2_000, kind: "sent", count: 14, detail: null },
    { at: 1_000, kind: "lost", count: null, detail: "the master cannot be reached" },
  ];
  await user.click(screen.getByRole("link", { name: "Sync" }));
  const log = within(await screen.findByTestId("sync-log"));
  expect(log.getByText("Sent 14 entries, all answered")).toBeVisible();
  expect(log.getByText("The master cannot be reached.")).toBeVisible();
});

it("lets a device that was sent away join again with a new code, without leaving the screen", async () => {
  const { backend, user } = await open();
  const enroll = vi.spyOn(backend, "enroll");
  backend.setStatus({ connection: { state: "paused", reason: "auth", message: "The main server does not know this device." }, pending: 2 });
  await user.click(await screen.findByRole("button", { name: "Enter a new code" }, { timeout: 5_000 }));
  const dialog = within(await screen.findByRole("dialog", { name: "Join the shop again" }));
  expect(dialog.getByText(/what is not sent yet goes out/)).toBeVisible();
  await user.type(dialog.getByLabelText("Code"), "abcd2345");
  await user.click(dialog.getByRole("button", { name: "Set up" }));
  expect(enroll).toHaveBeenCalledWith("ABCD2345", "Till 3", null);
  await screen.findByText("This device is let in again");
});
