/** What is looked for when the till no longer holds it, and what is sent when it was refused before. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Clock } from "./clock";
import { Master } from "./master";
import { IN_STEP_MS, openBrowser, Till } from "./till";

let browser: Browser;
let clock: Clock;
let master: Master;

beforeAll(async () => {
  [browser, clock] = [await openBrowser(), new Clock()];
  const lastWeek = (of: Master) => {
    of.env = clock.env(-7);
  };
  // A till holds what was sold today.
  master = await Master.start(lastWeek, ["--scope-days", "1"]);
});
afterAll(async () => {
  await browser.close();
  await master.remove();
  clock.remove();
});

async function opened(nth = 0): Promise<Till> {
  const till = await Till.open(browser, master);
  await till.login(master.people()[nth]);
  await till.ready();
  return till;
}

/** Types a receipt's number where sales are searched, and asks the master for it. */
async function lookUp(till: Till, number: string): Promise<void> {
  await till.go("Sales");
  await till.page.getByRole("textbox", { name: /^Search by receipt number/ }).fill(number);
  await till.page.getByText("This till holds no such receipt").waitFor({ timeout: IN_STEP_MS });
  await till.picture("old-receipt-not-here");
  await till.page.getByRole("button", { name: "Look it up at the main server" }).click();
  await till.page.getByTestId("receipt").getByText(number).first().waitFor({ timeout: IN_STEP_MS });
}

it("brings a receipt of last week from the main server, shows it and refunds it", async () => {
  const seller = await opened();
  const number = await seller.sell();
  await seller.sent();
  await seller.close();
  await master.stop();
  master.env = {};
  await master.resume();

  const till = await opened();
  await lookUp(till, number);
  await till.picture("old-receipt");
  await till.page.getByRole("button", { name: "Refund", exact: true }).click();
  const dialog = till.page.getByRole("dialog");
  await dialog.getByRole("button", { name: "All lines" }).click();
  await dialog.getByRole("button", { name: /^Refund £/ }).click();
  await till.page.getByText(/^Refund S01-.* made$/).waitFor();
  await till.sent();
  await till.close();

  // The next till is told with the receipt that there is nothing left of it.
  const other = await opened();
  await lookUp(other, number);
  await other.page.getByText("Refunded", { exact: true }).waitFor();
  await other.close();
}, 240_000);

it("sends again what was refused, in the name of whoever may", async () => {
  const [owner, till] = [await opened(), await opened(1)];
  const manager = master.people()[1]?.name ?? "nobody";
  await till.context.setOffline(true);
  await till.says(/Offline|No network/);
  await till.go("Products");
  await till.page.getByRole("textbox", { name: /^Search/ }).fill("22418");
  const row = (of: Till) => of.page.getByRole("table", { name: "List of products" }).getByRole("row").filter({ hasText: "22418" });
  await row(till).getByRole("button").first().click();
  const form = till.page.getByRole("dialog");
  await form.getByRole("textbox", { name: /^Price/ }).fill("7.77");
  await form.getByRole("button", { name: "Save" }).click();
  await form.waitFor({ state: "hidden" });

  // Meanwhile somebody else says that they no longer work here, and the master knows it.
  const people = master.command("user", "list");
  await owner.go("Staff");
  await owner.page.getByRole("table", { name: "List of staff" }).getByRole("button", { name: manager }).click();
  await owner.page.getByRole("dialog").getByRole("switch", { name: "Works here" }).setChecked(false);
  await owner.page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect.poll(() => master.command("user", "list") === people, { timeout: IN_STEP_MS }).toBe(false);

  await till.context.setOffline(false);
  await till.go("Sync");
  const refused = till.page.getByTestId("attention").getByRole("listitem");
  await expect.poll(() => refused.count(), { timeout: IN_STEP_MS }).toBe(1);
  await till.picture("refused");
  await till.page.getByRole("button", { name: /switch user or lock/ }).click();
  await till.page.getByRole("menuitem", { name: "Log out" }).click();
  await till.login();
  await till.go("Sync");
  await refused.getByRole("button", { name: "Send again" }).click();
  await expect.poll(() => refused.count()).toBe(0);
  await till.sent();
  await till.picture("sent-again");
  await owner.go("Products");
  await owner.page.getByRole("textbox", { name: /^Search/ }).fill("22418");
  await expect.poll(() => row(owner).innerText(), { timeout: IN_STEP_MS }).toContain("7.77");
  await till.close();
  await owner.close();
}, 240_000);
