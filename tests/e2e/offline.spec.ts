import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Master } from "./master";
import { IN_STEP_MS, openBrowser, Till } from "./till";

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
  await expect.poll(() => till.toSend.innerText()).toContain("3 to send");

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
