import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Master } from "./master";
import { openBrowser, Till } from "./till";

let browser: Browser;
let master: Master;

beforeAll(async () => {
  [browser, master] = await Promise.all([openBrowser(), Master.start()]);
});
afterAll(async () => {
  await browser.close();
  await master.remove();
});

/** Where the master has no printer the device's own dialog prints, here put in the place of a person's answer. */
it("prints with the dialog of the device, on a roll and on a sheet, and finds the sale of a receipt that is scanned", { timeout: 180_000 }, async () => {
  const till = await Till.open(browser, master, {}, () => {
    window.print = () => (document.title = "printed");
  });
  await till.login();
  await till.ready();
  const number = await till.sell();
  await till.sent();
  const { page } = till;
  await page.getByRole("button", { name: "Receipt", exact: true }).click();
  await page.getByRole("button", { name: "Print", exact: true }).click();
  await expect.poll(() => page.title()).toBe("printed");

  await page.emulateMedia({ media: "print" });
  const paper = page.locator("[data-print] [data-testid=receipt]");
  // A hundredth of an inch more or less is how browsers round.
  const millimetres = async () => Math.round(((await paper.boundingBox())?.width ?? 0) / (96 / 25.4));
  await page.setViewportSize({ width: 272, height: 1000 });
  expect(await millimetres()).toBe(72);
  await till.picture("paper-roll");
  await page.setViewportSize({ width: 763, height: 1092 });
  expect(await millimetres()).toBe(110);
  expect(await paper.evaluate((receipt) => Math.round(parseFloat(getComputedStyle(receipt).fontSize)))).toBe(16);
  await till.picture("paper-sheet");
  // Nothing but the receipt goes on paper, and it fits on one sheet.
  expect(await page.getByRole("navigation", { name: "Screens" }).isVisible()).toBe(false);
  const sheet = (await page.pdf({ format: "A4" })).toString("latin1");
  expect(sheet.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
  await page.emulateMedia({ media: "screen" });
  await page.setViewportSize({ width: 1280, height: 800 });

  await page.getByRole("dialog", { name: "Receipt" }).getByRole("button", { name: "Close" }).last().click();
  await till.scan(number);
  await page.getByRole("heading", { name: "Sales" }).waitFor();
  await expect.poll(() => till.sales.count()).toBe(1);
  expect(await till.sales.first().innerText()).toContain(number);
  await till.sales.first().click();
  await page.getByRole("button", { name: "Print", exact: true }).waitFor();
  expect(await paper.textContent()).toContain("COPY");
  await till.close();
});
