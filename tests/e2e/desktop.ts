import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { openTrusting } from "./lan";
import { Master, run } from "./master";
import { IN_STEP_MS, openBrowser, Till } from "./till";
import { Desktop, DesktopTill } from "./window";

/** The app opens with its web view, on a busy machine too. */
const WHOLE_STORY_MS = 300_000;

let desktop: Desktop;
let till: DesktopTill;

beforeAll(async () => {
  desktop = await Desktop.open();
});
afterAll(() => desktop.close());
beforeEach(() => {
  till = new DesktopTill(desktop);
});
afterEach(async () => till.remove());

it("joins a shop, sells through a lost master and a killed app, and everything arrives once", { timeout: WHOLE_STORY_MS }, async () => {
  const master = await Master.start();
  const [person] = master.people();
  if (person === undefined) throw new Error("nobody to log in");
  await till.open();
  await till.see("//h1[.='Set up this till']");
  await till.picture("desktop-first-start");
  await till.join(master.url, master.command("enroll").trim(), "Counter");
  await till.login(person);
  await till.says(/^Online$/);
  const receipts = [await till.sell()];
  await till.picture("desktop-till");

  await master.kill();
  await till.says(/Offline/);
  for (let nth = 0; nth < 3; nth += 1) receipts.push(await till.sell());
  await till.says(/3 to send/);
  await till.see("//*[contains(., 'Main server not reachable')]");
  await till.picture("desktop-offline");

  till.kill();
  await till.open();
  await till.login(person);
  await till.says(/3 to send/);
  await till.go("Sales");
  for (const number of receipts) await till.reads(number);
  await till.picture("desktop-sales-after-kill");

  await master.resume();
  await till.says(/^Online$/);
  await expect.poll(async () => (await till.text()).includes("Not sent yet"), { timeout: IN_STEP_MS }).toBe(false);

  // Somebody else reads each of them once.
  const browser = await openBrowser();
  const other = await Till.open(browser, master);
  await other.login();
  await other.go("Sales");
  await expect.poll(() => other.sales.count(), { timeout: IN_STEP_MS }).toBe(receipts.length);
  const seen = (await other.sales.allInnerTexts()).join("\n");
  for (const number of receipts) expect(seen.split(number)).toHaveLength(2);
  expect(new Set(receipts).size).toBe(receipts.length);
  await browser.close();
  await master.stop();
  expect(master.command("verify")).toBeTruthy();
  await master.remove();
});

it("begins a shop as its main server, and a tablet that trusts it sells there over HTTPS", { timeout: WHOLE_STORY_MS }, async () => {
  const owner = { name: "Olga Owner", pin: "2468" };
  await till.open();
  await (await till.see("//label[.='Start a new shop']")).click();
  await till.fill("Name of the shop", "Corner shop");
  await till.fill("Your name", owner.name);
  await till.fill("Your PIN", owner.pin);
  await till.fill("Your PIN again", owner.pin);
  await till.picture("desktop-begin");
  await till.press("Start the shop");
  await till.login(owner);
  const products = join(till.home, "products.csv");
  writeFileSync(products, "code,name,price,stock\n10001,Tea,2.50,100\n10002,Coffee,3.20,100\n");
  const data = join(till.data, "master");
  run("import", products, "--data", data);
  const receipts = [await till.sell()];
  await till.go("Settings");
  await till.picture("desktop-main-server");
  const port = /127\.0\.0\.1:(\d+)/.exec(await till.text())?.[1];
  if (port === undefined) throw new Error(await till.text());

  const certificate = join(till.home, "store-ca.crt");
  const answer = await fetch(`http://127.0.0.1:${port}/ca.crt`);
  writeFileSync(certificate, Buffer.from(await answer.arrayBuffer()));
  const home = join(till.home, "tablet");
  const browser = await openTrusting(home, [certificate]);
  const context = await browser.newContext({ viewport: { width: 820, height: 1180 }, hasTouch: true, locale: "en-GB" });
  const page = await context.newPage();
  const shop = { url: `https://localhost:${port}`, people: () => [owner] };
  await page.goto(shop.url);
  await page.getByLabel("Code", { exact: true }).fill(run("enroll", "--data", data).trim());
  await page.getByLabel("Name of this till").fill("Tablet");
  await page.getByRole("button", { name: "Set up" }).click();
  const tablet = await Till.in(context, shop);
  expect(await page.evaluate(() => window.isSecureContext)).toBe(true);
  await tablet.login();
  await tablet.ready();
  await page.setViewportSize({ width: 1180, height: 820 });
  receipts.push(await tablet.sell());
  await tablet.sent();

  // The main server is gone with the till that it runs in.
  till.kill();
  await tablet.says(/Offline/);
  receipts.push(await tablet.sell(1));
  await tablet.says(/1 to send/);
  await tablet.picture("desktop-tablet");
  await till.open();
  await till.login(owner);
  await tablet.sent();
  await till.go("Sales");
  for (const number of receipts) await till.reads(number);
  await till.picture("desktop-sales-of-both");
  expect(tablet.troubles).toEqual([]);
  await browser.close();
  await till.close();
  expect(run("verify", "--data", data)).toBeTruthy();
});

it("lets nobody open it a second time, and the first goes on", { timeout: WHOLE_STORY_MS }, async () => {
  await till.open();
  await till.see("//h1[.='Set up this till']");
  expect(till.second().code).toBe(0);
  await till.see("//h1[.='Set up this till']");
  expect(await till.text()).toContain("Join a shop");
});

it("says in a sentence that its folder cannot be used, and opens once it can", { timeout: WHOLE_STORY_MS }, async () => {
  mkdirSync(dirname(till.data), { recursive: true });
  writeFileSync(till.data, "somebody else's");
  await till.open();
  await till.see("//*[contains(., 'Nothing can be written to')]");
  await till.picture("desktop-no-folder");
  rmSync(till.data);
  await till.close();
  await till.open();
  await till.see("//h1[.='Set up this till']");
});
