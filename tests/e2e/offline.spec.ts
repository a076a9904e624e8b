import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Master } from "./master";
import { IN_STEP_MS, openBrowser, Till } from "./till";

/** A wait between two tries that leaves the master time to start, in seconds. */
const LONG_WAIT_S = 12;
const AT_ONCE_S = 3;

let master: Master;
let browser: Browser;

beforeAll(async () => {
  [master, browser] = await Promise.all([Master.start(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await master.remove();
});

it("sells on without the master, through a reload, and everything arrives once", async () => {
  const till = await Till.open(browser, master);
  await till.login();
  await till.ready();
  const online = await till.sell();
  await till.sent();
  await till.startsOffline();

  const other = await Till.open(browser, master);
  await other.login();
  await other.go("Sales");
  await expect.poll(() => other.sales.allInnerTexts(), { timeout: IN_STEP_MS }).toEqual([expect.stringContaining(online)]);

  await master.kill();
  const offline: string[] = [];
  for (const nth of [0, 1, 2]) offline.push(await till.sell(nth));
  expect(new Set([online, ...offline]).size).toBe(4);
  await till.says(/3 to send/);

  await till.page.reload();
  await till.page.getByRole("heading", { name: "Who is selling?" }).waitFor();
  await till.login();
  await till.go("Sales");
  await expect.poll(() => till.sales.count()).toBe(4);
  for (const number of offline) {
    await expect.poll(() => till.sales.filter({ hasText: number }).innerText()).toContain("Not sent yet");
  }
  await till.says(/3 to send/);
  await till.picture("sales-offline");

  await master.resume();
  await till.sent();
  await expect.poll(() => till.page.getByText("Not sent yet").count()).toBe(0);
  await expect.poll(() => other.sales.count(), { timeout: IN_STEP_MS }).toBe(4);
  const seen = (await other.sales.allInnerTexts()).join("\n");
  for (const number of [online, ...offline]) expect(seen.split(number)).toHaveLength(2);

  await till.close();
  await other.close();
});

it("says how it stands to the master and tries again when asked to", async () => {
  const till = await Till.open(browser, master);
  await till.login();
  await till.says(/^Online$/);
  await master.stop();
  await till.says(/^Main server restarts$/);
  await till.says(/Offline/);
  await till.chip.click();
  await expect.poll(() => till.page.getByText("Main server not reachable").count()).toBeGreaterThan(0);
  const attempt = async () => Number(/Attempt (\d+)/.exec(await till.page.locator("body").innerText())?.[1]);
  await expect.poll(attempt, { timeout: IN_STEP_MS }).toBeGreaterThanOrEqual(5);
  await till.page.getByRole("button", { name: "Retry now" }).first().click();
  // Left alone the number only grows; a person's retry begins anew.
  await expect.poll(attempt).toBeLessThan(5);
  await master.resume();
  await till.says(/^Online$/);
  await till.close();
});

it("says how often an entry was sent, when its answer did not come the first time", async () => {
  const till = await Till.open(browser, master);
  await till.login();
  await till.ready();
  await till.sent();
  master.freeze();
  const number = await till.sell();
  await till.go("Sync");
  await till.page.getByRole("switch", { name: "Show what was answered" }).check();
  const row = till.page.getByTestId("queue").getByRole("listitem").filter({ hasText: number });
  await expect.poll(() => row.innerText()).toMatch(/On its way[^]*1 try/);
  // Two heartbeats without an answer, and the connection is given up.
  await till.says(/Offline/);
  await expect.poll(() => row.innerText()).toMatch(/Waiting[^]*1 try/);
  master.thaw();
  await till.sent();
  await expect.poll(() => row.innerText()).toMatch(/Accepted[^]*[2-9] tries/);
  await till.go("Sales");
  await expect.poll(() => till.sales.filter({ hasText: number }).count()).toBe(1);
  await till.close();
});

it("tries at once when somebody looks at it again", async () => {
  const till = await Till.open(browser, master);
  await till.login();
  await till.says(/^Online$/);
  await seen(till, false);
  await master.stop();
  // A wait that is longer than what follows may take.
  const wait = async () => Number(/next in (\d+) s/.exec(await till.page.locator("body").innerText())?.[1] ?? "0");
  await expect.poll(wait, { timeout: 3 * IN_STEP_MS }).toBeGreaterThan(LONG_WAIT_S);
  await master.resume();
  expect(await wait()).toBeGreaterThan(AT_ONCE_S);
  const before = Date.now();
  await seen(till, true);
  await till.says(/^Online$/);
  expect((Date.now() - before) / 1000).toBeLessThan(AT_ONCE_S);
  await till.close();
}, 240_000);

/** Says whether somebody sees the page, as the browser would: one driven from outside shows every page. */
async function seen(till: Till, visible: boolean): Promise<void> {
  await till.page.evaluate((state) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
    document.dispatchEvent(new Event("visibilitychange"));
  }, visible ? "visible" : "hidden");
}
