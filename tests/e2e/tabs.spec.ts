/** Several tabs of one browser sell through one engine, whichever of them has it. */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { Master } from "./master";
import { IN_STEP_MS, openBrowser, openPlain, PLAIN_HOST, Till } from "./till";

let master: Master;
let browser: Browser;

beforeAll(async () => {
  [master, browser] = await Promise.all([Master.start(undefined, ["--host", PLAIN_HOST]), openBrowser()]);
});
// A test that failed while the master was away must not fail the others.
afterEach(async () => {
  if (!master.running) await master.resume();
});
afterAll(async () => {
  await browser.close();
  await master.remove();
});

async function twoTabs(): Promise<readonly [Till, Till]> {
  const first = await Till.open(browser, master);
  await first.login();
  await first.ready();
  const second = await first.inAnotherTab();
  const [, other] = master.people();
  await second.login(other);
  await second.ready();
  return [first, second];
}

/** Each of these sales is there once, in any tab, whoever looks. */
async function shows(till: Till, receipts: readonly string[]): Promise<void> {
  await till.go("Sales");
  for (const receipt of receipts) {
    await expect.poll(() => till.sales.filter({ hasText: receipt }).count(), { timeout: IN_STEP_MS }).toBe(1);
  }
}

it("sells in two tabs, goes on in one when the other is closed, and loses and doubles nothing", async () => {
  const [first, second] = await twoTabs();
  const receipts = await Promise.all([first.sell(0), second.sell(1)]);
  await first.sent();
  await master.kill();
  await second.says(/Offline/);
  receipts.push(...(await Promise.all([first.sell(2), second.sell(3)])));
  for (const till of [first, second]) await till.says(/2 to send/);
  await second.picture("second-tab-offline");

  // The tab whose engine does the work goes in the moment in which the other one is paid.
  await second.products.nth(4).click();
  await second.lines.first().waitFor();
  const closed = first.page.close();
  await second.page.getByRole("button", { name: /Exact cash/ }).click();
  await closed;
  receipts.push(await second.receiptNumber());
  // Nobody has to log in again.
  receipts.push(await second.sell(5));
  await master.resume();
  await second.sent();
  expect(new Set(receipts).size).toBe(6);
  const counts = receipts.map((receipt) => Number(receipt.split("-").at(-1))).toSorted((a, b) => a - b);
  expect(counts).toEqual(counts.map((_, index) => (counts[0] ?? 0) + index));
  await shows(second, receipts);

  // Whoever comes next works through the tab that is left.
  const third = await second.inAnotherTab();
  await third.login();
  await third.ready();
  receipts.push(await third.sell(6));
  await third.sent();
  await shows(third, receipts);
  const elsewhere = await Till.open(browser, master);
  await elsewhere.login();
  for (const till of [second, elsewhere]) {
    await shows(till, receipts);
    expect(await till.sales.count()).toBe(receipts.length);
  }
  await elsewhere.close();
  await second.close();
}, 240_000);

it("keeps each tab's cart and person apart, also over a reload", async () => {
  const [first, second] = await twoTabs();
  await first.products.nth(0).click();
  await first.lines.first().waitFor();
  expect(await second.lines.count()).toBe(0);
  await second.products.nth(1).click();
  await second.products.nth(2).click();
  await second.lines.nth(1).waitFor();
  await second.page.reload();
  await second.login(master.people()[1]);
  await second.lines.nth(1).waitFor();
  expect(await first.lines.count()).toBe(1);
  await second.page.getByRole("button", { name: /Exact cash/ }).click();
  await second.receiptNumber();
  expect(await first.lines.count()).toBe(1);
  await first.page.getByRole("button", { name: /Exact cash/ }).click();
  await first.receiptNumber();
  await first.go("Sales");
  const [mine, other] = master.people();
  for (const person of [mine, other]) await first.sales.filter({ hasText: person?.name ?? "nobody" }).first().waitFor();
  await first.close();
});

it("gives a duplicate of a tab a cart of its own, and sells both", async () => {
  const first = await Till.open(browser, master);
  await first.login();
  await first.ready();
  await first.products.nth(0).click();
  await first.lines.first().waitFor();
  const duplicate = await first.duplicated();
  await duplicate.login(master.people()[1]);
  await duplicate.ready();
  expect(await duplicate.lines.count()).toBe(0);
  const receipts = [await duplicate.sell(1)];
  await first.page.getByRole("button", { name: /Exact cash/ }).click();
  receipts.push(await first.receiptNumber());
  await shows(first, receipts);
  await first.close();
});

it("gives a held sale to one of two tabs that take it back in the same moment", async () => {
  const tabs = await twoTabs();
  const [first] = tabs;
  await first.products.nth(0).click();
  await first.lines.first().waitFor();
  await first.page.keyboard.press("F8");
  await first.page.getByRole("dialog").getByRole("button", { name: "Hold", exact: true }).click();
  await expect.poll(() => first.lines.count()).toBe(0);
  await first.page.getByRole("dialog").waitFor({ state: "detached" });
  for (const till of tabs) {
    await till.page.keyboard.press("F8");
    await till.page.getByRole("dialog").getByRole("button", { name: "Take back" }).waitFor();
  }
  await Promise.all(tabs.map((till) => takeBack(till)));
  const holding = [];
  for (const till of tabs) if ((await till.lines.count()) > 0) holding.push(till);
  expect(holding).toHaveLength(1);
  for (const till of holding) {
    await till.page.getByRole("button", { name: /Exact cash/ }).click();
    await shows(till, [await till.receiptNumber()]);
  }
  await first.close();
});

/** Presses "Take back" if another tab has not done it before, and waits until it is done or refused in a sentence. */
async function takeBack(till: Till): Promise<void> {
  const dialog = till.page.getByRole("dialog");
  const button = dialog.getByRole("button", { name: "Take back" });
  const pressed = await button.click({ timeout: 5_000 }).then(() => true, () => false);
  if (!pressed) {
    expect(await button.count()).toBe(0);
    return;
  }
  const over = async () => (await dialog.count()) === 0 || (await dialog.getByRole("alert").allInnerTexts()).join("") !== "";
  await expect.poll(over).toBe(true);
  if ((await dialog.count()) > 0) await till.page.keyboard.press("Escape");
}

it("sells through the newest tab on plain http, and says so when that one was closed", async () => {
  const { till: first, browser: plain } = await openPlain(master);
  await first.login();
  await first.ready();
  await first.products.nth(0).click();
  await first.lines.first().waitFor();
  // A browser without locks cannot tell it from the first one, and copies what that one keeps.
  const second = await first.duplicated();
  await second.login(master.people()[1]);
  await second.ready();
  expect(await second.lines.count()).toBe(0);
  // Its engine finds at its first write that it was replaced: the sale is recorded all the same, and once.
  await first.page.getByRole("button", { name: /Exact cash/ }).click();
  const receipts = [await first.receiptNumber(), await second.sell(1)];
  await shows(first, receipts);

  await first.go("Till");
  await first.products.nth(2).click();
  await first.lines.first().waitFor();
  await second.page.close();
  await first.page.getByRole("heading", { name: "This till is open in another tab" }).waitFor({ timeout: IN_STEP_MS });
  await first.page.getByRole("button", { name: "Take over" }).click();
  await first.page.getByRole("heading", { name: "Who is selling?" }).waitFor({ timeout: IN_STEP_MS });
  await first.login();
  await first.lines.first().waitFor();
  await first.page.getByRole("button", { name: /Exact cash/ }).click();
  receipts.push(await first.receiptNumber());
  await first.sent();
  await shows(first, receipts);
  await plain.close();
}, 240_000);
