/** Two terminals and the last units of a product. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Master } from "./master";
import { openBrowser, Till } from "./till";

const MORE_THAN_THERE_ARE = "999";

let master: Master;
let browser: Browser;

beforeAll(async () => {
  [master, browser] = await Promise.all([Master.start(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await master.remove();
});

it("says which till is being paid for the last ones, and sells them once that till has let go", async () => {
  const [one, two] = [await openTill(), await openTill()];
  await one.products.nth(3).click();
  await one.lines.first().waitFor();
  await one.page.keyboard.press("F4");
  await one.page.getByRole("textbox", { name: "Quantity" }).fill(MORE_THAN_THERE_ARE);
  await one.page.keyboard.press("Enter");
  await one.cart.getByText(`${MORE_THAN_THERE_ARE} ×`).waitFor();
  await one.pay.click();
  await one.page.getByTestId("pay-dialog").waitFor();

  await two.products.nth(3).click();
  await two.pay.click();
  const held = two.page.getByTestId("pay-dialog").getByText(/T\d+ is being paid for .* 0 of 1 are left/);
  await held.waitFor();
  expect(await two.barriers()).toEqual([]);
  await two.picture("held-elsewhere");
  await two.page.keyboard.press("Escape");

  await one.page.keyboard.press("Escape");
  await one.page.getByTestId("pay-dialog").waitFor({ state: "detached" });
  await two.pay.click();
  await expect.poll(() => two.page.getByTestId("pay-cash").isEnabled()).toBe(true);
  await expect.poll(() => held.count()).toBe(0);
  await two.page.getByTestId("pay-cash").click();
  await two.receiptNumber();
  await two.sent();
  expect([...one.troubles, ...two.troubles]).toEqual([]);
  await one.close();
  await two.close();
});

async function openTill(): Promise<Till> {
  const till = await Till.open(browser, master);
  await till.login();
  await till.ready();
  await till.says(/^Online$/);
  return till;
}
