import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Master } from "./master";
import { IN_STEP_MS, openBrowser, Till } from "./till";

let browser: Browser;
let master: Master;

beforeAll(async () => {
  [browser, master] = await Promise.all([openBrowser(), Master.start()]);
});
afterAll(async () => {
  await browser.close();
  await master.remove();
});

const devices = (page: Page) => page.getByTestId("device");
const entries = (page: Page) => page.getByRole("table", { name: "Audit" }).getByRole("row");

it("lets a manager see who is there and who did what, while it happens", { timeout: 180_000 }, async () => {
  const [desk, counter] = [await Till.open(browser, master), await Till.open(browser, master)];
  await desk.login();
  await counter.login();
  await counter.ready();

  await desk.go("Devices");
  await expect.poll(() => devices(desk.page).count(), { timeout: IN_STEP_MS }).toBe(3);
  const names = await devices(desk.page).allInnerTexts();
  const browsers = names.filter((text) => /^Chrome on Linux, [A-Z0-9]{3}/.test(text));
  expect(new Set(browsers.map((text) => text.split("\n")[0])).size).toBe(2);

  // The other one is named, and learns it at once.
  await devices(desk.page).filter({ hasNotText: /This device|Main server/ }).click();
  await desk.page.getByRole("textbox", { name: "Name" }).fill("Counter");
  await desk.page.getByRole("button", { name: "Save" }).click();
  await devices(desk.page).filter({ hasText: "Counter" }).waitFor();
  await desk.picture("devices");
  expect(await desk.barriers()).toEqual([]);
  await counter.page.getByText("This device is called Counter from now on").waitFor({ timeout: IN_STEP_MS });
  await counter.go("Settings");
  await counter.page.getByText("Counter", { exact: true }).waitFor();

  await desk.go("Audit");
  await entries(desk.page).filter({ hasText: "Device renamed" }).waitFor();
  await counter.go("Till");
  const number = await counter.sell();
  await entries(desk.page).filter({ hasText: number }).click();
  const entry = desk.page.getByTestId("audit-entry");
  await entry.getByText("Counter", { exact: true }).waitFor();
  await entry.getByText("In stock").first().waitFor();
  await desk.picture("audit");
  expect(await desk.barriers()).toEqual([]);

  // A third one joins with a code, and is sent away again.
  await desk.go("Devices");
  await desk.page.getByRole("button", { name: "Add device" }).click();
  await desk.page.getByRole("button", { name: "Show code" }).click();
  const code = await desk.page.getByTestId("device-code").innerText();
  const joined = await fetch(`${master.url}/v1/enroll`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code, name: "Tablet", kind: "terminal" }),
  });
  expect(joined.status).toBe(200);
  await desk.page.getByText("Tablet has joined.").waitFor();
  await desk.page.getByRole("button", { name: "Done" }).click();
  await devices(desk.page).filter({ hasText: "Tablet" }).click();
  await desk.page.getByRole("button", { name: "Send away" }).click();
  await desk.page.getByRole("dialog", { name: "Send Tablet away?" }).getByRole("button", { name: "Send away" }).click();
  await expect.poll(() => devices(desk.page).count()).toBe(3);

  // What the counter did itself outlives a reload, and a master that is away is said in words.
  await master.kill();
  await desk.says(/^Offline/);
  await desk.go("Audit");
  await desk.page.getByText("The audit is at the main server").waitFor();
  await counter.says(/^Offline/);
  await counter.go("Sales");
  await counter.page.getByRole("textbox", { name: "Search by receipt number" }).fill("S01-T09-E1-000001");
  await counter.page.getByText(/which cannot be reached now/).waitFor();
  await master.resume();
  await counter.says(/^Online/);
  await counter.page.getByRole("button", { name: "Look it up at the main server" }).click();
  await counter.page.getByText(/does not know it either/).waitFor();
  await counter.go("Sync");
  for (const text of [/Sent \d+ entr/, "Lost the main server"]) await counter.page.getByTestId("sync-log").getByText(text).first().waitFor();
  await counter.page.reload();
  await counter.login();
  await counter.go("Sync");
  await counter.page.getByTestId("sync-log").getByText("Lost the main server").first().waitFor();
  await desk.close();
  await counter.close();
});

it("lets a device that was sent away sell on, and join again with a new code", { timeout: 180_000 }, async () => {
  const [desk, counter] = [await Till.open(browser, master), await Till.open(browser, master)];
  await desk.login();
  await counter.login();
  await counter.ready();
  await counter.go("Settings");
  const name = await counter.page.locator("dt", { hasText: /^Name$/ }).locator("+ dd").innerText();
  await counter.go("Till");
  await desk.go("Devices");
  await devices(desk.page).filter({ hasText: name }).click();
  await desk.page.getByRole("button", { name: "Send away" }).click();
  await desk.page.getByRole("dialog", { name: `Send ${name} away?` }).getByRole("button", { name: "Send away" }).click();

  await counter.says(/^Waiting for a manager$/);
  const number = await counter.sell();
  await counter.page.getByRole("button", { name: "Enter a new code" }).click();
  await counter.picture("join-again");
  await counter.page.getByLabel("Code", { exact: true }).fill(master.command("enroll").trim());
  await counter.page.getByRole("button", { name: "Set up" }).click();
  await counter.page.getByText("This device is let in again").waitFor();
  await counter.sent();
  await desk.go("Sales");
  await desk.page.getByText(number).first().waitFor({ timeout: IN_STEP_MS });
  await desk.close();
  await counter.close();
});
