/**
 * The pictures of the documentation, from real programs: `cargo xtask screenshots`. A shop in a network of its own, two
 * browsers and a tablet in it, and the desktop till that begins one.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { Lan } from "./lan";
import { Master } from "./master";
import { IN_STEP_MS, openBrowser, Till } from "./till";
import { Desktop, DesktopTill } from "./window";

const IMAGES = fileURLToPath(new URL("../../docs/img", import.meta.url));
const LARGEST_BYTES = 120_000;
const WHOLE_MS = 300_000;
const DESK = { width: 1280, height: 800 };
const UPRIGHT = { width: 820, height: 1180 };

it("takes the pictures of a shop in browsers", { timeout: WHOLE_MS }, async () => {
  const [browser, master] = await Promise.all([openBrowser(), Master.start()]);
  const person = (role: string) => master.people().find(({ name }) => name.includes(role));
  const opened = async (role: string, options = {}) => {
    const till = await Till.open(browser, master, { viewport: DESK, ...options });
    await till.login(person(role));
    await till.ready();
    await till.sent();
    return till;
  };
  const counter = await opened("Manager");
  await fill(counter, [0, 0, 3, 5, 5, 5, 9]);
  await keep(counter.page, "till");

  const tablet = await opened("Owner", { viewport: UPRIGHT, hasTouch: true });
  await fill(tablet, [1, 4, 4]);
  await keep(tablet.page, "tablet");

  // The master is lost, and two people change one price meanwhile.
  await counter.page.getByRole("button", { name: /Exact cash/ }).click();
  await counter.receiptNumber();
  await counter.sent();
  await master.kill();
  for (const nth of [2, 6, 8]) await counter.sell(nth);
  await counter.says(/3 to send/);
  await fill(counter, [1, 7]);
  await counter.page.getByText("Main server not reachable").waitFor({ timeout: IN_STEP_MS });
  await keep(counter.page, "offline");
  for (const [till, price] of [[counter, "2.95"], [tablet, "3.25"]] as const) await setPrice(till, price);
  await master.resume();
  for (const till of [counter, tablet]) await till.sent();
  await expect.poll(() => counter.page.getByTestId("tasks-badge").count(), { timeout: IN_STEP_MS }).toBe(1);
  await counter.go("Tasks");
  await counter.page.getByTestId("conflict").first().waitFor();
  await expect.poll(() => counter.page.getByText(/^Sent \d/).count(), { timeout: IN_STEP_MS }).toBe(0);
  await keep(counter.page, "conflict");
  await browser.close();
  await master.remove();
});

it("takes the picture of the page that a tablet begins at", { timeout: WHOLE_MS }, async () => {
  const lan = await Lan.open();
  const master = await Master.start(undefined, [], lan);
  const browser = await lan.openBrowser();
  const page = await browser.newPage({ viewport: UPRIGHT });
  await page.goto(master.url.replace("https:", "http:"));
  await page.getByRole("heading", { name: /^Connect this device to/ }).waitFor();
  await keep(page, "trust");
  await browser.close();
  await master.remove();
  lan.remove();
});

it("takes the pictures of the desktop till's window", { timeout: WHOLE_MS }, async () => {
  const desktop = await Desktop.open();
  const till = new DesktopTill(desktop);
  await till.open();
  await till.see("//h1[.='Set up this till']");
  await keepWindow(till, "first-start");
  await (await till.see("//label[.='Start a new shop']")).click();
  await till.fill("Name of the shop", "Corner shop");
  await till.fill("Your name", "Olga Owner");
  await till.fill("Your PIN", "2468");
  await till.fill("Your PIN again", "2468");
  await till.press("Start the shop");
  await till.login({ name: "Olga Owner", pin: "2468" });
  await till.go("Settings");
  await till.reads("Fingerprint");
  await till.window.executeScript("arguments[0].parentElement.scrollIntoView()", await till.see("//*[.='Main server' and (self::h2 or self::h3)]"));
  await keepWindow(till, "main-server");
  await till.remove();
  desktop.close();
});

async function fill(till: Till, products: readonly number[]): Promise<void> {
  for (const [at, nth] of products.entries()) {
    await till.products.nth(nth).click();
    const units = at + 1;
    await expect.poll(() => till.page.getByText(new RegExp(`\\b${String(units)} items?\\b`)).count()).toBeGreaterThan(0);
  }
}

async function setPrice(till: Till, price: string): Promise<void> {
  await till.page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name: "Products" }).click();
  await till.page.getByRole("table", { name: "List of products" }).getByRole("row").nth(3).getByRole("button").click();
  const form = till.page.getByRole("dialog");
  await form.getByRole("textbox", { name: "Price", exact: true }).fill(price);
  await form.getByRole("button", { name: "Save" }).click();
  await form.waitFor({ state: "hidden" });
}

async function keep(page: Page, name: string): Promise<void> {
  // Nothing moves, and nobody points at anything.
  await page.mouse.move(0, 0);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  mkdirSync(IMAGES, { recursive: true });
  await page.screenshot({ path: join(IMAGES, `${name}.png`), animations: "disabled", caret: "hide" });
  shrink(name);
}

async function keepWindow(till: DesktopTill, name: string): Promise<void> {
  await till.picture(name, IMAGES);
  shrink(name);
}

/** Fewer colours: flat screens look the same with 128 of them, in a third of the bytes. */
function shrink(name: string): void {
  const file = join(IMAGES, `${name}.png`);
  const done = spawnSync("pngquant", ["--force", "--strip", "--speed=1", "--output", file, "128", file], { encoding: "utf8" });
  if (done.error !== undefined) throw new Error("pngquant is missing: apt-get install pngquant");
  if (done.status !== 0) throw new Error(`pngquant: ${done.stderr}`);
  expect(statSync(file).size, `${name}.png is too large`).toBeLessThan(LARGEST_BYTES);
}
