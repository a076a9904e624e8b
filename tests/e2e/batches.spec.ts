import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Master, type Person } from "./master";
import { IN_STEP_MS, openBrowser, Till } from "./till";

let browser: Browser;
let master: Master;

beforeAll(async () => {
  [browser, master] = await Promise.all([openBrowser(), Master.start()]);
});
afterAll(async () => {
  await browser.close();
  // Every level is what moved.
  await master.stop();
  expect(master.command("verify", "--json")).toContain('"ok":true');
  await master.remove();
});

function person(role: string): Person {
  const found = master.people().find(({ name }) => name.includes(role));
  if (found === undefined) throw new Error(`nobody is ${role}`);
  return found;
}

const CODE = "22418";

/** Takes goods of one lot in, on the screen of stock with the goods open. */
async function receive({ page }: Till, units: string, lot: string, day: string): Promise<void> {
  await page.getByTestId("goods").getByRole("button", { name: "Receive" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("How many arrived?").fill(units);
  await dialog.getByLabel("Lot").fill(lot);
  await dialog.getByLabel("Best before").fill(day);
  await dialog.getByLabel("Cost of one").fill("0.40");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "hidden" });
}

async function openGoods(till: Till): Promise<void> {
  await till.go("Stock");
  await till.page.getByRole("textbox", { name: /^Search/ }).fill(CODE);
  await till.page.getByRole("table", { name: "List of goods" }).getByRole("row").filter({ hasText: CODE }).click();
  await till.page.getByTestId("goods").waitFor();
}

it("sells what expires first, and what has expired only with a manager", { timeout: 240_000 }, async () => {
  const [desk, counter] = [await Till.open(browser, master), await Till.open(browser, master)];
  await desk.login(person("Manager"));
  await counter.login(person("Cashier"));
  await counter.ready();

  await openGoods(desk);
  await receive(desk, "2", "SOON", "2998-01-31");
  await receive(desk, "5", "LATE", "2999-12-31");
  await receive(desk, "3", "OLD", "2020-01-31");
  const batch = (till: Till, lot: string) => till.page.getByTestId("batch").filter({ hasText: `Lot ${lot}` });
  await expect.poll(() => batch(desk, "SOON").count()).toBe(1);
  await desk.picture("stock");
  expect(await desk.barriers()).toEqual([]);
  await desk.sent();

  // On another terminal: the batches are there, and three are taken of two of them.
  await openGoods(counter);
  await expect.poll(() => batch(counter, "OLD").count(), { timeout: IN_STEP_MS }).toBe(1);
  await counter.go("Till");
  await counter.scan(CODE);
  await counter.cart.getByText("Lot SOON · 31 Jan 2998").waitFor();
  await counter.page.keyboard.press("+");
  await counter.page.keyboard.press("+");
  await counter.cart.getByText("2 × Lot SOON").waitFor();
  await counter.cart.getByText("1 × Lot LATE").waitFor();
  await counter.picture("batches-in-cart");
  await counter.page.getByRole("button", { name: /Exact cash/ }).click();
  const number = await counter.receiptNumber();
  await counter.sent();
  await expect.poll(() => batch(desk, "LATE").innerText(), { timeout: IN_STEP_MS }).toMatch(/\b4\b/);
  await expect.poll(() => batch(desk, "SOON").innerText()).toContain("Nothing left");

  // The receipt says it as one; what comes back goes to the batch it came from.
  await desk.go("Sales");
  await desk.sales.filter({ hasText: number }).click();
  const receipt = desk.page.getByTestId("receipt").first();
  await receipt.waitFor();
  expect((await receipt.innerText()).match(/Spaceboy/g)).toHaveLength(1);
  await desk.page.getByRole("button", { name: "Refund", exact: true }).click();
  const refund = desk.page.getByRole("dialog");
  await refund.getByText("Lot LATE").waitFor();
  await refund.getByText("Lot SOON").waitFor();
  await desk.page.keyboard.press("Escape");

  // By keyboard the expired one: a manager has to agree, and a task says so.
  await counter.scan(CODE);
  await counter.cart.getByText("Lot LATE").waitFor();
  await counter.page.keyboard.press("Control+b");
  const choice = counter.page.getByRole("dialog");
  await choice.getByText("Lot OLD").waitFor();
  await counter.picture("batch-choice");
  await choice.getByRole("button", { name: /Lot OLD/ }).focus();
  await counter.page.keyboard.press("Enter");
  await choice.getByText("Who approves this?").waitFor();
  await choice.getByRole("button", { name: person("Manager").name }).click();
  await counter.page.keyboard.type(person("Manager").pin, { delay: 70 });
  await counter.page.keyboard.press("Enter");
  await choice.waitFor({ state: "hidden" });
  await counter.cart.getByText("Lot OLD · Expired 31 Jan 2020").waitFor();
  await counter.page.getByRole("button", { name: /Exact cash/ }).click();
  await counter.receiptNumber();
  await counter.sent();
  await desk.go("Tasks");
  await desk.page.getByRole("button", { name: /^Tasks/ }).or(desk.page.getByText(/^Tasks \(/)).first().click();
  await desk.page.getByTestId("task").filter({ hasText: "Expired goods sold" }).waitFor({ timeout: IN_STEP_MS });

  // The rest of it is written off with two presses.
  await desk.go("Stock");
  await desk.page.getByText("Expiring soon").click();
  const old = desk.page.getByTestId("expiring").filter({ hasText: "Lot OLD" });
  await old.waitFor({ timeout: IN_STEP_MS });
  await desk.picture("expiring");
  await old.getByRole("button", { name: "Write off" }).click();
  await desk.page.getByRole("dialog").getByRole("button", { name: "Write off" }).click();
  await expect.poll(() => old.count()).toBe(0);
  await desk.sent();
  await desk.close();
  await counter.close();
});
