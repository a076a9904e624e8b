import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { FakePrinter } from "./fake-printer";
import { openTrusting } from "./lan";
import { inNetwork, Master, run } from "./master";
import { SmallDisk } from "./small-disk";
import { IN_STEP_MS, openBrowser, Till } from "./till";
import { Desktop, DesktopTill, DISPLAY_HEIGHT } from "./window";

/** The app opens with its web view, on a busy machine too. */
const WHOLE_STORY_MS = 300_000;
const NO_ROOM = "There is no room left on this device, so this was not saved.";
/** A sale takes a few pages of 4 KiB in a log that is given back at every thousandth. */
const MOST_SALES_ON_A_FULL_DISK = 60;

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

it("finds the shop in its network, joins it once the fingerprint was compared, and fills the screen from then on", { timeout: WHOLE_STORY_MS }, async () => {
  const master = await Master.start(undefined, [], inNetwork());
  const [person] = master.people();
  if (person === undefined) throw new Error("nobody to log in");
  try {
    await till.open();
    // Others may be tested in this network, too.
    await (await till.see(`//*[@role='group' and @aria-label='Shops in this network']//button[contains(., ':${String(master.port)}')]`)).click();
    await till.see("//button[@aria-pressed='true']");
    await till.picture("desktop-nearby");
    await till.fill("Code", master.command("enroll").trim());
    await till.fill("Name of this till", "Counter");
    await till.press("Set up");
    const compare = await till.see("//*[@role='group' and @aria-label='Is this your main server?']");
    const printed = /fingerprint ((?:[0-9A-F]{4} ?){16})/.exec(master.said)?.[1];
    if (printed === undefined) throw new Error(master.said);
    expect((await compare.getText()).replace(/\s/g, "")).toContain(printed.replace(/\s/g, ""));
    await till.picture("desktop-compare");
    await till.press("It is the same");
    await till.login(person);
    await till.says(/^Online$/);

    const height = () => till.window.executeScript<number>("return window.innerHeight");
    expect(await height()).toBeLessThan(DISPLAY_HEIGHT);
    await till.go("Settings");
    await (await till.see("//label[contains(., 'Full screen')]")).click();
    await expect.poll(height, { timeout: IN_STEP_MS }).toBe(DISPLAY_HEIGHT);
    till.kill();
    await till.open();
    await expect.poll(height, { timeout: IN_STEP_MS }).toBe(DISPLAY_HEIGHT);
    await till.login(person);
    await till.says(/^Online$/);
  } finally {
    await till.close();
    // In this network it would be found by others.
    await master.remove();
  }
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
  await till.go("Devices");
  await till.press("Add device");
  await till.press("Show code");
  const code = await (await till.see("//*[@data-testid='device-code']")).getText();
  await till.see("//*[@role='img'][.='2. Join']");
  await till.picture("invitation");
  await till.press("Done");
  await till.go("Settings");
  await till.picture("desktop-main-server");
  const port = /127\.0\.0\.1:(\d+)/.exec(await till.text())?.[1];
  if (port === undefined) throw new Error(await till.text());

  const printer = await FakePrinter.start();
  await till.choose("Printer", "In the network");
  await till.fill("Address", printer.address);
  await till.tick("Print every sale made here");
  await till.tick("Open the cash drawer when cash goes in or out");
  await (await till.see("//section[@aria-label='Printer and cash drawer']//button[.='Save']")).click();
  await till.reads("Saved on this till");
  await till.press("Print a test page");
  await printer.prints(1, "This is a test page.");
  await till.reads("The printer has the test page");
  await till.picture("printer");
  await till.go("Till");
  receipts.push(await till.sell());
  await printer.prints(2, receipts.at(-1) ?? "");
  expect(printer.pulses).toBe(2);

  const certificate = join(till.home, "store-ca.crt");
  const answer = await fetch(`http://127.0.0.1:${port}/ca.crt`);
  writeFileSync(certificate, Buffer.from(await answer.arrayBuffer()));
  const home = join(till.home, "tablet");
  const browser = await openTrusting(home, [certificate]);
  const context = await browser.newContext({ viewport: { width: 820, height: 1180 }, hasTouch: true, locale: "en-GB" });
  const page = await context.newPage();
  const shop = { url: `https://localhost:${port}`, people: () => [owner] };
  // As its camera opens what the till shows.
  await page.goto(`${shop.url}/#join=${code.replace("-", "")}`);
  await expect.poll(() => page.getByLabel("Code", { exact: true }).inputValue(), { timeout: IN_STEP_MS }).toBe(code.replace("-", ""));
  await page.getByLabel("Name of this till").fill("Tablet");
  await page.getByRole("button", { name: "Set up" }).click();
  // A page that is left while it joins has used its code up.
  await page.getByRole("heading", { name: "Who is selling?" }).waitFor({ timeout: IN_STEP_MS });
  const tablet = await Till.in(context, shop);
  expect(await page.evaluate(() => window.isSecureContext)).toBe(true);
  await tablet.login();
  await tablet.ready();
  await page.setViewportSize({ width: 1180, height: 820 });
  receipts.push(await tablet.sell());
  await tablet.sent();

  // It has no printer: its receipt comes out at the till, whose drawer nobody opens from afar.
  await page.getByRole("button", { name: "Receipt", exact: true }).click();
  await page.getByRole("button", { name: "Print", exact: true }).click();
  await page.getByText("Printed", { exact: true }).waitFor();
  await printer.prints(3, receipts.at(-1) ?? "");
  expect(printer.pulses).toBe(2);
  printer.stop();
  await page.getByRole("button", { name: "Print", exact: true }).click();
  await page.getByText(/^Not printed\. The printer at .* cannot be reached/).waitFor();
  await page.getByText("Printed", { exact: true }).waitFor({ state: "detached" });
  await tablet.picture("desktop-tablet-not-printed");
  await page.getByRole("dialog", { name: "Receipt" }).getByRole("button", { name: "Close" }).last().click();

  // Closing it would leave the tablet alone: that is asked. A scan, which ends with Enter, keeps it open.
  const pid = till.pid();
  await desktop.closeWindow(/Online/);
  await desktop.inFront("Close the till?");
  desktop.keys("4", "0", "1", "Return");
  await desktop.inFront(/Online/);
  await tablet.says(/^Online$/);
  await desktop.closeWindow(/Online/);
  await desktop.inFront("Close the till?");
  desktop.keys("Tab", "Return");
  await till.ends(pid);
  await tablet.says(/Main server restarts|Offline/);
  await till.open();
  await till.login(owner);
  await tablet.says(/^Online$/);

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

it("refuses a sale in a sentence while the disk is full, loses nothing, and sells again when there is room", { timeout: WHOLE_STORY_MS }, async () => {
  const master = await Master.start();
  const [person] = master.people();
  if (person === undefined) throw new Error("nobody to log in");
  const disk = new SmallDisk(till.data);
  try {
    await till.open();
    await till.join(master.url, master.command("enroll").trim(), "Counter");
    await till.login(person);
    await till.says(/^Online$/);
    const receipts = [await till.sell()];
    disk.fill();
    // What the log of the database had room for already may still be sold.
    for (;;) {
      await till.fillCart();
      const sold = await till.pay(NO_ROOM);
      if (sold === "") break;
      receipts.push(sold);
      expect(receipts.length).toBeLessThan(MOST_SALES_ON_A_FULL_DISK);
    }
    await till.picture("disk-full");

    disk.free();
    // The cart is still there: nobody has to scan again.
    receipts.push(await till.pay());
    await till.says(/^Online$/);
    till.kill();
    await till.open();
    await till.login(person);
    await till.go("Sales");
    for (const number of receipts) await till.reads(number);
    const browser = await openBrowser();
    const other = await Till.open(browser, master);
    await other.login();
    await other.go("Sales");
    await expect.poll(() => other.sales.count(), { timeout: IN_STEP_MS }).toBe(receipts.length);
    await browser.close();
  } finally {
    await till.close();
    disk.remove();
    await master.remove();
  }
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
