import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Master } from "./master";
import { IN_STEP_MS, openBrowser, Till } from "./till";

let master: Master;
let browser: Browser;

beforeAll(async () => {
  [master, browser] = await Promise.all([Master.start(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await master.remove();
});

async function openTill(): Promise<Till> {
  const till = await Till.open(browser, master);
  await till.login();
  await till.ready();
  return till;
}

/** How many sales the shop has, as its screen says. */
async function countSales(till: Till): Promise<number> {
  await till.go("Sales");
  await till.page.getByRole("heading", { name: "Sales", exact: true }).waitFor();
  const text = await till.page.getByText(/^[\d,]+ sales?$/).innerText({ timeout: IN_STEP_MS });
  await till.go("Till");
  return Number(text.replaceAll(/\D/g, ""));
}

describe("selling", () => {
  it("makes one sale of a click storm", async () => {
    const till = await openTill();
    const before = await countSales(till);
    await till.products.first().click();
    await till.lines.first().waitFor();
    await till.pay.evaluate((pay: HTMLElement) => {
      for (let press = 0; press < 20; press += 1) pay.click();
    });
    const cash = till.page.getByTestId("pay-cash");
    await expect.poll(() => cash.isEnabled()).toBe(true);
    await cash.evaluate((key: HTMLElement) => {
      for (let press = 0; press < 20; press += 1) key.click();
    });
    await till.receiptNumber();
    await till.sent();
    expect(await countSales(till)).toBe(before + 1);
    await till.close();
  });

  it("needs nothing but a keyboard", async () => {
    const till = await Till.open(browser, master);
    const { keyboard } = till.page;
    const { person } = till;
    for (let step = 0; step < 30; step += 1) {
      const name = await till.page.evaluate(() => document.activeElement?.closest("button")?.textContent ?? "");
      if (name.includes(person.name)) break;
      await keyboard.press("Tab");
    }
    await keyboard.press("Enter");
    await till.page.getByRole("heading", { name: `PIN of ${person.name}` }).waitFor();
    await keyboard.type(person.pin, { delay: 60 });
    await keyboard.press("Enter");
    await till.ready();
    const word = (await till.products.first().innerText()).split(/\s/)[0] ?? "";
    await keyboard.press("F2");
    await keyboard.type(word, { delay: 60 });
    await expect.poll(() => till.products.first().getAttribute("aria-selected")).toBe("true");
    await keyboard.press("Enter");
    await till.lines.first().waitFor();
    await keyboard.press("F4");
    await till.page.getByRole("textbox", { name: "Quantity" }).waitFor();
    await keyboard.press("Control+a");
    await keyboard.type("3", { delay: 60 });
    await keyboard.press("Enter");
    await expect.poll(() => till.lines.first().innerText()).toContain("3 ×");
    await keyboard.press("F9");
    await expect.poll(() => till.page.getByTestId("pay-cash").isEnabled()).toBe(true);
    await keyboard.press("Enter");
    expect(await till.receiptNumber()).toMatch(/^S\d+-T\d+-E\d+/);
    await till.close();
  });

  it("sells by touch on a tablet held upright", async () => {
    const till = await Till.open(browser, master, {
      viewport: { width: 768, height: 1024 },
      hasTouch: true,
      isMobile: true,
    });
    await till.page.getByRole("button", { name: till.person.name }).tap();
    for (const digit of till.person.pin) {
      await till.page.getByRole("button", { name: digit, exact: true }).tap();
    }
    await till.page.getByRole("button", { name: "Log in" }).tap();
    await till.ready();
    await till.products.nth(1).tap();
    await till.products.nth(2).tap();
    await till.picture("till-768x1024");
    await till.pay.tap();
    const cash = till.page.getByTestId("pay-cash");
    await expect.poll(() => cash.isEnabled()).toBe(true);
    await cash.tap();
    await expect.poll(() => till.page.getByTestId("pay-dialog").count()).toBe(0);
    await till.sent();
    await till.close();
  });
});

describe("what a person can do wrong", () => {
  it("is told in a sentence when the PIN is wrong, and can go on", async () => {
    const till = await Till.open(browser, master);
    await till.page.getByRole("button", { name: till.person.name }).click();
    await till.page.keyboard.type(till.person.pin === "9876" ? "9875" : "9876");
    await till.page.keyboard.press("Enter");
    await till.page.getByText(/^Wrong PIN\./).waitFor();
    await till.page.keyboard.type(till.person.pin);
    await till.page.keyboard.press("Enter");
    await till.page.getByRole("navigation", { name: "Screens" }).waitFor();
    await till.close();
  });

  it("sees an unknown barcode as a row that takes no focus", async () => {
    const till = await openTill();
    await till.scan("7777777777");
    await till.page.getByTestId("scan-problem").getByText("Unknown code 7777777777").waitFor();
    expect(await till.page.getByRole("dialog").count()).toBe(0);
    await till.close();
  });
});

describe("the screens", () => {
  it("have no serious barrier for people with a disability", async () => {
    const till = await Till.open(browser, master);
    const found: Record<string, readonly string[]> = {};
    found["Login"] = await till.barriers();
    await till.login();
    await till.ready();
    await till.products.first().click();
    await till.lines.first().waitFor();
    found["Till"] = await till.barriers();
    await till.pay.click();
    await expect.poll(() => till.page.getByTestId("pay-cash").isEnabled()).toBe(true);
    found["Payment"] = await till.barriers();
    await till.page.keyboard.press("Escape");
    for (const screen of ["Sales", "Products", "Staff", "Sync", "Settings"]) {
      await till.go(screen);
      await till.page.getByRole("heading").first().waitFor();
      found[screen] = await till.barriers();
    }
    const none = Object.fromEntries(Object.keys(found).map((screen) => [screen, []]));
    expect(found).toEqual(none);
    await till.close();
  });

  it("fit a desktop and a small screen", async () => {
    const till = await openTill();
    await till.products.nth(0).click();
    await till.products.nth(3).click();
    await till.lines.nth(1).waitFor();
    for (const [width, height] of [[1280, 800], [1024, 768]] as const) {
      await till.page.setViewportSize({ width, height });
      const overflow = await till.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      await till.picture(`till-${String(width)}x${String(height)}`);
    }
    await till.close();
  });
});
