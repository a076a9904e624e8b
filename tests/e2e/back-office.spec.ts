import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Master } from "./master";
import { IN_STEP_MS, openBrowser, Till } from "./till";

let master: Master;
let browser: Browser;

beforeAll(async () => {
  [master, browser] = await Promise.all([Master.start(), openBrowser()]);
});
// A test that failed while the master was away must not fail the others.
afterEach(async () => {
  if (!master.running) await master.resume();
});
afterAll(async () => {
  await browser.close();
  // What the screens did adds up on the master.
  await master.stop();
  expect(master.command("verify", "--json")).toContain('"ok":true');
  await master.remove();
});

function person(role: string) {
  const found = master.people().find(({ name }) => name.includes(role));
  if (found === undefined) throw new Error(`nobody is ${role}`);
  return found;
}

async function openAs(role: string): Promise<Till> {
  const till = await Till.open(browser, master);
  await till.login(person(role));
  await till.ready();
  return till;
}

/** The stock the list of products shows for a code. */
async function stockOf(till: Till, code: string): Promise<string> {
  await till.go("Products");
  await till.page.getByRole("textbox", { name: /^Search/ }).fill(code);
  const row = till.page.getByRole("table", { name: "List of products" }).getByRole("row").filter({ hasText: code });
  await expect.poll(() => row.count()).toBe(1);
  return row.getByRole("cell").nth(4).innerText();
}

async function enterPin(till: Till, pin: string): Promise<void> {
  await till.page.keyboard.type(pin, { delay: 70 });
  await till.page.keyboard.press("Enter");
}

describe("giving money back without a receipt", () => {
  it("needs a manager, and puts the goods back on the shelf", async () => {
    const till = await openAs("Cashier");
    const before = Number(await stockOf(till, "22418"));
    await till.go("Sales");
    await till.page.getByRole("button", { name: "Refund without receipt" }).click();
    const dialog = till.page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: /^Scan, or search/ }).waitFor();
    await till.scan("22418");
    await dialog.getByRole("textbox", { name: /^Price given back/ }).fill("1.50");
    await dialog.getByRole("button", { name: /^One more/ }).click();
    await dialog.getByRole("button", { name: "Refund £3.00" }).click();
    await dialog.getByText("Who approves this?").waitFor();
    await dialog.getByRole("button", { name: person("Manager").name }).click();
    await enterPin(till, person("Manager").pin);
    await till.page.getByText(/^Refund S01-.* made$/).waitFor();
    await expect.poll(() => till.page.getByTestId("receipt").first().innerText()).toContain("£3.00");
    await till.page.keyboard.press("Escape");
    await till.sent();
    expect(Number(await stockOf(till, "22418"))).toBe(before + 2);
    await till.close();
  });
});

describe("a file of products", () => {
  it("goes in, its bad line told with number and reason and given back as a file", async () => {
    const till = await openAs("Manager");
    const folder = mkdtempSync(join(tmpdir(), "tillsync-import-"));
    const file = join(folder, "new.csv");
    const good = Array.from({ length: 120 }, (_, n) => `NEW${String(n)},Something new ${String(n)},2.50,Novelties,${String(n)}`);
    writeFileSync(file, ["code,name,price,category,stock", ...good, "BAD,Bad price,2;50,,"].join("\n"));
    await till.go("Products");
    await till.page.getByRole("button", { name: "Catalogue" }).click();
    await till.page.getByRole("menuitem", { name: "Import CSV" }).click();
    const dialog = till.page.getByRole("dialog");
    await dialog.locator('input[type="file"]').setInputFiles(file);
    await dialog.getByText("Line 122").waitFor();
    await dialog.getByText('Price: "2;50" is no number.').waitFor();
    const coming = till.page.waitForEvent("download");
    await dialog.getByRole("button", { name: "Bad lines as CSV" }).click();
    const download = await coming;
    expect(readFileSync(await download.path(), "utf8")).toContain("BAD,Bad price,2;50,,,122,");
    await dialog.getByRole("button", { name: "Import 120 products" }).click();
    await dialog.getByText("The import is done").waitFor({ timeout: IN_STEP_MS });
    await dialog.getByText("All of it is with the main server.").waitFor({ timeout: IN_STEP_MS });
    await dialog.getByRole("button", { name: "Done" }).click();
    // Another terminal has them, with their stock, and sells one.
    const other = await openAs("Cashier");
    await expect.poll(() => stockOf(other, "NEW119"), { timeout: IN_STEP_MS }).toBe("119");
    await other.go("Till");
    await other.page.getByRole("button", { name: "Novelties" }).waitFor();
    await other.scan("NEW119");
    await other.lines.first().waitFor();
    await other.page.getByRole("button", { name: /Exact cash/ }).click();
    await other.receiptNumber();
    await other.sent();
    expect(await stockOf(other, "NEW119")).toBe("118");
    await other.close();
    await till.close();
  });

  it("is taken in without the master, and goes out when it is back", async () => {
    const till = await openAs("Manager");
    await master.stop();
    await till.says(/Offline/);
    const file = join(mkdtempSync(join(tmpdir(), "tillsync-import-")), "offline.csv");
    writeFileSync(file, "code,name,price\nOFF1,Made offline,1.00\nOFF2,Made offline too,1.00\n");
    await till.go("Products");
    await till.page.getByRole("button", { name: "Catalogue" }).click();
    await till.page.getByRole("menuitem", { name: "Import CSV" }).click();
    const dialog = till.page.getByRole("dialog");
    await dialog.locator('input[type="file"]').setInputFiles(file);
    await dialog.getByRole("button", { name: "Import 2 products" }).click();
    await dialog.getByText("2 entries wait to be sent").waitFor();
    await master.resume();
    await dialog.getByText("All of it is with the main server.").waitFor({ timeout: IN_STEP_MS });
    await till.close();
  });
});

describe("people", () => {
  it("who are new log in on a second terminal", async () => {
    const till = await openAs("Manager");
    await till.go("Staff");
    await till.page.getByRole("button", { name: "Add person" }).click();
    const form = till.page.getByRole("dialog");
    await form.getByRole("textbox", { name: "Name", exact: true }).fill("Nina Newcomer");
    await form.getByLabel("New PIN").first().fill("4711");
    await form.getByRole("button", { name: "Save" }).click();
    await till.page.getByText("Saved Nina Newcomer").waitFor({ timeout: IN_STEP_MS });
    const second = await Till.open(browser, master);
    await second.login({ name: "Nina Newcomer", pin: "4711" });
    await second.ready();
    expect(await second.sell()).toMatch(/^S\d+-T\d+/);
    await second.sent();
    await second.close();
    await till.close();
  });

  it("who left are not offered at any terminal, and are again when they come back", async () => {
    const till = await openAs("Manager");
    const terminal = await Till.open(browser, master);
    const tile = terminal.page.getByRole("button", { name: "Nina Newcomer" });
    await tile.waitFor({ timeout: IN_STEP_MS });
    const employ = async (active: boolean) => {
      await till.go("Staff");
      await till.page.getByRole("table", { name: "List of staff" }).getByRole("button", { name: "Nina Newcomer" }).click();
      const form = till.page.getByRole("dialog");
      await form.getByRole("switch", { name: "Works here" }).setChecked(active);
      await form.getByRole("button", { name: "Save" }).click();
      await form.waitFor({ state: "hidden" });
      await till.sent();
    };
    await employ(false);
    await expect.poll(() => tile.count(), { timeout: IN_STEP_MS }).toBe(0);
    await till.picture("staff-inactive");
    await employ(true);
    await tile.waitFor({ timeout: IN_STEP_MS });
    await terminal.login({ name: "Nina Newcomer", pin: "4711" });
    await terminal.close();
    await till.close();
  });

  it("who take over leave the other's cart held, and find their own again", async () => {
    const till = await openAs("Cashier");
    const change = async (role: string) => {
      await till.page.getByRole("button", { name: /switch user or lock/ }).click();
      await till.page.getByRole("menuitem", { name: "Switch user" }).click();
      const dialog = till.page.getByRole("dialog");
      await dialog.getByRole("button", { name: person(role).name }).click();
      await enterPin(till, person(role).pin);
      await dialog.waitFor({ state: "hidden" });
    };
    await till.products.first().click();
    await till.lines.first().waitFor();
    await change("Manager");
    await till.page.getByText("1 held").waitFor();
    await expect.poll(() => till.lines.count()).toBe(0);
    await change("Cashier");
    await expect.poll(() => till.lines.count()).toBe(1);
    await till.sent();
    await till.close();
  });
});

describe("a payment", () => {
  it("is split between card and cash, and gives change of the cash", async () => {
    const till = await openAs("Cashier");
    await till.scan("NEW1");
    await till.lines.first().waitFor();
    await till.pay.click();
    const dialog = till.page.getByTestId("pay-dialog");
    await dialog.waitFor();
    await expect.poll(() => till.page.getByTestId("pay-cash").isEnabled()).toBe(true);
    await till.page.keyboard.type("1", { delay: 90 });
    await till.page.keyboard.press("c");
    await dialog.getByText("Still to pay").waitFor();
    await expect.poll(() => till.page.getByTestId("pay-cash").isEnabled()).toBe(true);
    await till.page.keyboard.type("2", { delay: 90 });
    await till.page.keyboard.press("Enter");
    const done = till.page.getByTestId("change-due");
    await done.waitFor();
    expect(await done.innerText()).toContain("£0.50");
    await till.page.getByRole("button", { name: "Receipt", exact: true }).click();
    const receipt = await till.page.getByRole("dialog").getByTestId("receipt").innerText();
    expect(receipt.replaceAll(/\s+/g, " ")).toMatch(/TOTAL £2\.50 Card 1\.00 Cash 2\.00 Change 0\.50/);
    await till.page.keyboard.press("Escape");
    await till.sent();
    await till.close();
  });
});

describe("a price that a manager approved", () => {
  it("needs no second approval when its cart was held and taken back", async () => {
    const till = await openAs("Cashier");
    const manager = person("Manager");
    await till.scan("NEW2");
    await till.lines.first().waitFor();
    await till.page.keyboard.press("F3");
    const dialog = till.page.getByRole("dialog");
    await dialog.getByRole("textbox").fill("1.00");
    await dialog.getByRole("button", { name: "Set price" }).click();
    await dialog.getByText("Who approves this?").waitFor();
    await dialog.getByRole("button", { name: manager.name }).click();
    await enterPin(till, manager.pin);
    await dialog.waitFor({ state: "hidden" });
    await till.cart.getByText(manager.name).waitFor();
    await till.page.keyboard.press("F8");
    await dialog.getByRole("textbox", { name: "Name or note" }).fill("Blue jacket");
    await dialog.getByRole("button", { name: "Hold", exact: true }).click();
    await till.page.getByText("1 held").waitFor();
    await expect.poll(() => till.lines.count()).toBe(0);
    await till.page.keyboard.press("F8");
    await dialog.getByRole("button", { name: "Take back" }).click();
    await till.cart.getByText(manager.name).waitFor();
    await till.page.getByRole("button", { name: /Exact cash/ }).click();
    await till.receiptNumber();
    await till.sent();
    await till.close();
  });
});

describe("the list of sales", () => {
  it("goes into a file as it is shown, sales and refunds", async () => {
    const till = await openAs("Manager");
    const number = await till.sell();
    await till.go("Sales");
    const shown = async (list: string) => {
      const rows = till.page.getByRole("table", { name: list }).getByRole("row").filter({ hasText: /S\d+-T\d+/ });
      await expect.poll(() => rows.count()).toBeGreaterThan(0);
      return (await rows.allInnerTexts()).map((text) => /S\d+-T\d+-\S+/.exec(text)?.[0]);
    };
    const exported = async () => {
      const coming = till.page.waitForEvent("download");
      await till.page.getByRole("button", { name: "Export CSV" }).click();
      const download = await coming;
      const [head, ...lines] = readFileSync(await download.path(), "utf8").replace("\uFEFF", "").trim().split(/\r?\n/);
      return { file: download.suggestedFilename(), head, lines };
    };
    const sales = await exported();
    expect(sales.file).toBe("sales.csv");
    expect(sales.head).toBe("number,sold_at,served_by,paid_by,units,discount,tax,total");
    expect(sales.lines.map((line) => line.split(",")[0])).toEqual(await shown("Sales"));
    expect(sales.lines[0]).toMatch(new RegExp(`^${number},\\d{4}-.*Z,${person("Manager").name},cash,1.000,0.00,`));

    await till.page.getByRole("radiogroup").getByText("Refunds", { exact: true }).click();
    const numbers = await shown("Refunds");
    const refunds = await exported();
    expect(refunds.file).toBe("refunds.csv");
    expect(refunds.head).toBe("number,refunded_at,sale,reason,served_by,paid_by,units,discount,tax,total");
    expect(refunds.lines.map((line) => line.split(",")[0])).toEqual(numbers);
    await till.sent();
    await till.close();
  });
});
