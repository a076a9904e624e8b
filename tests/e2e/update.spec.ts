/** A new version of the app, found while sales wait to be sent. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Front } from "./front";
import { Master } from "./master";
import { openBrowser, Till } from "./till";

let master: Master;
let front: Front;
let browser: Browser;

beforeAll(async () => {
  [master, browser] = await Promise.all([Master.start(), openBrowser()]);
  front = await Front.before(master);
});
afterAll(async () => {
  await browser.close();
  await front.close();
  await master.remove();
});

it("is taken on when somebody says so, and loses nothing that waits", { timeout: 180_000 }, async () => {
  const till = await Till.open(browser, front);
  await till.login();
  await till.ready();
  await till.startsOffline();
  front.cut();
  const numbers: string[] = [];
  for (const nth of [0, 1, 2]) numbers.push(await till.sell(nth));
  await till.says(/3 to send/);

  front.publish("2");
  await till.page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
  await till.page.getByText("A new version is ready").waitFor();
  // Nobody has to take it on now.
  numbers.push(await till.sell(0));
  await till.says(/4 to send/);
  expect(await till.page.locator("meta[name=version]").count()).toBe(0);

  await till.page.getByRole("button", { name: "Update now" }).click();
  await till.page.locator("meta[name=version]").waitFor({ state: "attached" });
  await till.page.getByRole("heading", { name: "Who is selling?" }).waitFor();
  await till.login();
  await till.says(/4 to send/);
  front.heal();
  await till.sent();
  await till.go("Sales");
  await expect.poll(() => till.sales.count()).toBe(numbers.length);
  const shown = await till.sales.allInnerTexts();
  for (const number of numbers) expect(shown.filter((text) => text.includes(number))).toHaveLength(1);
  await expect.poll(() => till.sales.filter({ hasText: "Not sent" }).count()).toBe(0);
  await till.close();
});
