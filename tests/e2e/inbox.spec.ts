/** What waits for a person: two changes of one thing, goods sold twice, news for every terminal. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { Master } from "./master";
import { IN_STEP_MS, openBrowser, Till } from "./till";

/** What everybody should know is on every terminal within this time, in milliseconds. */
const NEWS_MS = 1000;
const DESK = { width: 1280, height: 800 };
const TABLET = { width: 768, height: 1024 };

let master: Master;
let browser: Browser;

beforeAll(async () => {
  [master, browser] = await Promise.all([Master.start(), openBrowser()]);
});
afterEach(async () => {
  if (!master.running) await master.resume();
});
afterAll(async () => {
  await browser.close();
  await master.stop();
  expect(master.command("verify", "--json")).toContain('"ok":true');
  await master.remove();
});

function person(role: string) {
  const found = master.people().find(({ name }) => name.includes(role));
  if (found === undefined) throw new Error(`nobody is ${role}`);
  return found;
}

async function openAs(role: string, options: BrowserContextOptions = {}): Promise<Till> {
  const till = await Till.open(browser, master, options);
  await till.login(person(role));
  await till.ready();
  await till.sent();
  return till;
}

function row(till: Till, code: string) {
  return till.page.getByRole("table", { name: "List of products" }).getByRole("row").filter({ hasText: code });
}

async function find(till: Till, code: string): Promise<void> {
  await till.go("Products");
  await till.page.getByRole("textbox", { name: /^Search/ }).fill(code);
  await expect.poll(() => row(till, code).count()).toBe(1);
}

async function setPrice(till: Till, code: string, price: string): Promise<void> {
  await find(till, code);
  await row(till, code).getByRole("button").click();
  const form = till.page.getByRole("dialog");
  await form.getByRole("textbox", { name: "Price", exact: true }).fill(price);
  await form.getByRole("button", { name: "Save" }).click();
  await form.waitFor({ state: "hidden" });
}

async function priceOf(till: Till, code: string): Promise<string> {
  await find(till, code);
  return row(till, code).getByRole("cell").last().innerText();
}

/** The price that a card offers as mine. */
async function mineOf(card: Locator): Promise<string> {
  const name = await card.getByRole("button", { name: /^Price, mine: / }).getAttribute("aria-label");
  return /£([\d.]+)/.exec(name ?? "")?.[1] ?? "";
}

/** Brings a catalogue to all who are connected. */
function importLines(...lines: readonly string[]): void {
  const file = join(mkdtempSync(join(tmpdir(), "tillsync-inbox-")), "goods.csv");
  writeFileSync(file, ["code,name,price,stock", ...lines].join("\n"));
  master.command("import", file);
}

async function sellCode(till: Till, code: string): Promise<string> {
  await till.go("Till");
  await till.scan(code);
  await till.lines.first().waitFor();
  await till.page.getByRole("button", { name: /Exact cash/ }).click();
  return till.receiptNumber();
}

it("lets a manager choose between two changes, and all terminals have what was chosen", async () => {
  importLines("CLASH1,Clash lantern,2.50,5", "CLASH2,Clash bunting,4.00,5");
  const [first, second, boss] = [await openAs("Manager"), await openAs("Owner"), await openAs("Manager", { colorScheme: "dark" })];
  for (const till of [first, second]) await expect.poll(() => priceOf(till, "CLASH1"), { timeout: IN_STEP_MS }).toBe("2.50");
  await master.stop();
  await setPrice(first, "CLASH1", "2.60");
  await setPrice(second, "CLASH1", "2.70");
  await setPrice(first, "CLASH2", "4.10");
  await setPrice(second, "CLASH2", "4.20");
  await master.resume();
  for (const till of [first, second, boss]) await till.sent();

  await expect.poll(() => boss.page.getByTestId("tasks-badge").innerText(), { timeout: IN_STEP_MS }).toMatch(/^2/);
  await boss.go("Tasks");
  const card = boss.page.getByTestId("conflict").filter({ hasText: "Clash lantern" });
  await expect.poll(() => card.innerText()).toContain("£2.50");
  // Whose change reached the main server first stands.
  const mine = await mineOf(card);
  expect(await card.innerText()).toContain(mine === "2.70" ? person("Owner").name : person("Manager").name);
  expect(await card.innerText()).toContain(mine === "2.70" ? "£2.60" : "£2.70");
  const standing = (await mineOf(boss.page.getByTestId("conflict").filter({ hasText: "Clash bunting" }))) === "4.20" ? "4.10" : "4.20";
  expect(await boss.barriers()).toEqual([]);
  await boss.picture("conflicts-1280");
  await boss.page.setViewportSize(TABLET);
  await boss.picture("conflicts-768");
  await boss.page.setViewportSize(DESK);

  // The one thing by value, the other in two presses: Tasks, Keep theirs.
  await card.getByRole("button", { name: `Price, mine: £${mine}` }).click();
  await boss.picture("conflict-chosen");
  await card.getByRole("button", { name: "Save choice" }).click();
  await card.waitFor({ state: "hidden" });
  await boss.page.getByTestId("conflict").getByRole("button", { name: "Keep theirs" }).click();
  await boss.page.getByText("No conflicts").waitFor();
  await boss.sent();
  for (const till of [first, second, boss]) {
    await expect.poll(() => priceOf(till, "CLASH1"), { timeout: IN_STEP_MS }).toBe(mine);
    await expect.poll(() => priceOf(till, "CLASH2"), { timeout: IN_STEP_MS }).toBe(standing);
    await till.close();
  }
}, 240_000);

it("takes the same choice for many, without the master, and sends it when it is back", async () => {
  const codes = ["MANY1", "MANY2", "MANY3"];
  importLines(...codes.map((code) => `${code},Many ${code},1.00,5`));
  const [first, second] = [await openAs("Manager"), await openAs("Owner")];
  for (const till of [first, second]) await expect.poll(() => priceOf(till, "MANY3"), { timeout: IN_STEP_MS }).toBe("1.00");
  await master.stop();
  for (const code of codes) {
    await setPrice(first, code, "1.10");
    await setPrice(second, code, "1.20");
  }
  await master.resume();
  for (const till of [first, second]) await till.sent();
  await first.go("Tasks");
  await expect.poll(() => first.page.getByTestId("conflict").count(), { timeout: IN_STEP_MS }).toBe(3);

  const mine = new Map<string, string>();
  for (const code of codes) mine.set(code, await mineOf(first.page.getByTestId("conflict").filter({ hasText: `Many ${code}` })));
  await master.stop();
  await first.says(/Offline/);
  await first.page.getByRole("checkbox", { name: "Select all" }).check();
  await first.picture("conflicts-many");
  await first.page.getByRole("button", { name: "Keep mine for all" }).click();
  await first.page.getByText("Resolved 3 conflicts").waitFor();
  await first.page.getByText("No conflicts").waitFor();
  await first.page.getByRole("switch", { name: "Show settled" }).check();
  const settled = first.page.getByTestId("resolved").getByRole("listitem").filter({ hasText: "Many MANY" });
  await expect.poll(() => settled.count()).toBe(3);
  expect((await settled.allInnerTexts()).every((text) => text.includes("Not sent yet"))).toBe(true);
  await first.picture("conflicts-settled");
  await master.resume();
  await first.sent();
  await expect.poll(() => first.page.getByText("Not sent yet").count()).toBe(0);
  for (const till of [first, second]) {
    for (const code of codes) await expect.poll(() => priceOf(till, code), { timeout: IN_STEP_MS }).toBe(mine.get(code));
    await till.close();
  }
}, 240_000);

it("tells every terminal at once what ran out, and each until somebody there has seen it", async () => {
  importLines("LAST1,Last teapot,9.00,1");
  const [till, other] = [await openAs("Cashier"), await openAs("Manager")];
  await find(other, "LAST1");
  const news = other.page.getByTestId("notices");
  await till.scan("LAST1");
  await till.lines.first().waitFor();
  await till.page.getByRole("button", { name: /Exact cash/ }).click();
  await till.receiptNumber();
  const sold = Date.now();
  await news.getByText(/Last teapot/).waitFor();
  expect(Date.now() - sold).toBeLessThan(NEWS_MS);
  await other.picture("notice");
  await news.getByRole("button", { name: /^OK: .*Last teapot/ }).click();
  await expect.poll(() => other.page.getByTestId("notices").filter({ hasText: "Last teapot" }).count()).toBe(0);
  // Seen here is not seen there.
  await till.page.getByTestId("notices").getByText(/Last teapot/).waitFor();
  await till.sent();
  await other.sent();
  await till.close();
  await other.close();
});

it("names both receipts of goods that were sold twice, and closes the task with a count", async () => {
  importLines("LAST2,Last kettle,20.00,1");
  const [first, second] = [await openAs("Cashier"), await openAs("Manager")];
  for (const till of [first, second]) await find(till, "LAST2");
  await master.stop();
  const receipts = [await sellCode(first, "LAST2"), await sellCode(second, "LAST2")];
  await master.resume();
  for (const till of [first, second]) await till.sent();
  await second.go("Tasks");
  await second.page.getByRole("radiogroup").getByText(/^Tasks/).click();
  const task = second.page.getByTestId("task").filter({ hasText: "Last kettle" });
  for (const number of receipts) await expect.poll(() => task.innerText(), { timeout: IN_STEP_MS }).toContain(number);
  expect(await second.barriers()).toEqual([]);
  await second.picture("tasks-1280");
  await second.page.setViewportSize(TABLET);
  await second.picture("tasks-768");
  await second.page.setViewportSize(DESK);
  await task.getByRole("button", { name: "Count again" }).click();
  const dialog = second.page.getByRole("dialog");
  await dialog.getByText("There should be -1").waitFor();
  await dialog.getByRole("textbox", { name: "How many are there?" }).fill("3");
  await dialog.getByRole("button", { name: "Save count" }).click();
  await task.waitFor({ state: "hidden" });
  await second.page.getByRole("switch", { name: "Show settled" }).check();
  await expect.poll(() => task.innerText()).toContain("Counted again");
  await second.sent();
  await find(second, "LAST2");
  await expect.poll(() => row(second, "LAST2").innerText()).toMatch(/\b3\b/);

  // A cashier is not asked to decide anything.
  await first.go("Tasks");
  await first.page.getByText("A manager looks after this list").waitFor();
  expect(/conflict/i.test(await first.page.locator("body").innerText())).toBe(false);
  await first.close();
  await second.close();
}, 240_000);
