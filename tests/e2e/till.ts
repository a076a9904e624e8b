import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import { expect } from "vitest";
import type { Master, Person } from "./master";

export const PICTURES = fileURLToPath(new URL("test-results", import.meta.url));

/** How long the master and a till may take to be in step. */
export const IN_STEP_MS = 60_000;

export const CHROMIUM = {
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
};

/** Where a till finds its shop. */
export type Shop = Pick<Master, "url" | "people">;

/** Keeps a picture of a page, for people to look at. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}/${name}.png` });
}

export async function openBrowser(): Promise<Browser> {
  return chromium.launch(CHROMIUM);
}

/** A name that no browser takes for this machine: plain http there is no secure context. */
export const PLAIN_HOST = "till.test";

/** A till that has joined over plain http, in a browser of its own; the master is started for {@link PLAIN_HOST}. */
export async function openPlain(master: Master): Promise<{ readonly till: Till; readonly browser: Browser }> {
  const browser = await chromium.launch({ ...CHROMIUM, args: [...CHROMIUM.args, `--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`] });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
  const page = await context.newPage();
  const address = `http://${PLAIN_HOST}:${String(master.port)}`;
  await page.goto(address);
  await page.getByLabel("Code", { exact: true }).fill(master.command("enroll").trim());
  await page.getByLabel("Name of this till").fill("Plain");
  await page.getByRole("button", { name: "Set up" }).click();
  const till = await Till.at(context, master, address);
  expect(await page.evaluate(() => window.isSecureContext)).toBe(false);
  return { till, browser };
}

/** A terminal: one browser profile with the till open in it, driven by what a person sees. */
export class Till {
  readonly #shop: Shop;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What went wrong in the page without anybody being told. */
  readonly troubles: string[] = [];

  private constructor(shop: Shop, context: BrowserContext, page: Page) {
    this.#shop = shop;
    this.context = context;
    this.page = page;
    page.on("pageerror", (error) => this.troubles.push(String(error)));
  }

  /**
   * Opens the till in a new browser profile and waits until its people are known. `before` runs in the
   * page ahead of the app, `prepare` on the empty page.
   */
  static async open(
    browser: Browser,
    shop: Shop,
    options: BrowserContextOptions = {},
    before: () => void = () => undefined,
    prepare: (page: Page) => Promise<void> = () => Promise.resolve(),
  ): Promise<Till> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB", ...options });
    await context.addInitScript(before);
    const page = await context.newPage();
    const till = new Till(shop, context, page);
    await prepare(page);
    await page.goto(shop.url);
    await page.getByRole("heading", { name: "Who is selling?" }).waitFor({ timeout: IN_STEP_MS });
    return till;
  }

  /** Opens the till in a browser profile that lasts. */
  static async in(context: BrowserContext, shop: Shop): Promise<Till> {
    return Till.at(context, shop, shop.url);
  }

  /** Opens the till at an address of the master in a browser profile that lasts. */
  static async at(context: BrowserContext, shop: Shop, address: string): Promise<Till> {
    const page = context.pages()[0] ?? (await context.newPage());
    const till = new Till(shop, context, page);
    await page.goto(address);
    await page.getByRole("heading", { name: "Who is selling?" }).waitFor({ timeout: IN_STEP_MS });
    return till;
  }

  /** Opens the till in a further tab of the same browser profile. */
  async inAnotherTab(): Promise<Till> {
    const page = await this.context.newPage();
    const till = new Till(this.#shop, this.context, page);
    await page.goto(new URL(this.page.url()).origin);
    await page.getByRole("heading", { name: "Who is selling?" }).waitFor({ timeout: IN_STEP_MS });
    return till;
  }

  /** Duplicates this tab: a page that another one opens begins with a copy of what that one keeps. */
  async duplicated(): Promise<Till> {
    const opened = this.context.waitForEvent("page");
    await this.page.evaluate(() => void window.open(window.location.href));
    const till = new Till(this.#shop, this.context, await opened);
    await till.page.getByRole("heading", { name: "Who is selling?" }).waitFor({ timeout: IN_STEP_MS });
    return till;
  }

  get person(): Person {
    const [first] = this.#shop.people();
    if (first === undefined) throw new Error("nobody to log in");
    return first;
  }

  async login(person: Person = this.person): Promise<void> {
    await this.page.getByRole("button", { name: person.name }).click();
    await this.page.keyboard.type(person.pin);
    await this.page.keyboard.press("Enter");
    await this.page.getByRole("navigation", { name: "Screens" }).waitFor();
  }

  /** Waits until the products are here, so that there is something to sell. */
  async ready(): Promise<void> {
    await this.products.first().waitFor({ timeout: IN_STEP_MS });
    await expect.poll(() => this.page.getByText("Products are arriving").count(), { timeout: IN_STEP_MS }).toBe(0);
  }

  /** The service worker has everything: the page starts without the master from now on. */
  async startsOffline(): Promise<void> {
    await this.page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
  }

  get products(): Locator {
    return this.page.getByRole("listbox", { name: "Products" }).getByRole("option");
  }

  get cart(): Locator {
    return this.page.getByTestId("cart");
  }

  get lines(): Locator {
    return this.page.getByTestId("cart-line");
  }

  /** On a tablet held upright it is on the closed cart, else among the tender keys. */
  get pay(): Locator {
    return this.page.getByTestId("pay").filter({ visible: true });
  }

  get chip(): Locator {
    return this.page.getByTestId("connection-chip").first();
  }

  get toSend(): Locator {
    return this.page.getByTestId("to-send");
  }

  /** The sales on the screen of sales. */
  get sales(): Locator {
    return this.page.getByRole("table", { name: "Sales" }).getByRole("row").filter({ hasText: /S\d+-T\d+/ });
  }

  async go(screen: string): Promise<void> {
    await this.page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name: screen }).click();
  }

  /** As a scanner types: all in one go wherever the focus is, Enter at the end. */
  async scan(code: string): Promise<void> {
    await this.page.evaluate((text) => {
      for (const key of [...text, "Enter"]) {
        const target = document.activeElement ?? document.body;
        target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      }
    }, code);
  }

  /** Sells one of the n-th product for exact cash and gives the receipt's number. */
  async sell(nth = 0): Promise<string> {
    await this.products.nth(nth).click();
    await this.lines.first().waitFor();
    await this.page.getByRole("button", { name: /Exact cash/ }).click();
    return this.receiptNumber();
  }

  async receiptNumber(): Promise<string> {
    const done = this.page.getByTestId("change-due");
    await done.waitFor();
    const text = await done.innerText();
    return /S\d+-T\d+-\S+/.exec(text)?.[0] ?? "";
  }

  /** Waits for the word on the connection chip. */
  async says(word: RegExp): Promise<void> {
    await expect.poll(() => this.chip.innerText(), { timeout: IN_STEP_MS }).toMatch(word);
  }

  /** Waits until everything is with the master. */
  async sent(): Promise<void> {
    await this.says(/^Online$/);
    await expect.poll(() => this.toSend.count(), { timeout: IN_STEP_MS }).toBe(0);
  }

  async picture(name: string): Promise<void> {
    await picture(this.page, name);
  }

  /** What keeps people with a disability from using the screen, in words; minor findings left out. */
  async barriers(): Promise<readonly string[]> {
    await this.page.evaluate(axe.source);
    return this.page.evaluate(async () => {
      const { axe } = window as unknown as { axe: typeof import("axe-core") };
      const { violations } = await axe.run(document, { resultTypes: ["violations"] });
      return violations
        .filter((found) => found.impact === "serious" || found.impact === "critical")
        .map((found) => `${found.id}: ${found.help} (${found.nodes.map((node) => node.target.join(" ")).join(", ")})`);
    });
  }

  async close(): Promise<void> {
    await this.context.close();
    expect(this.troubles).toEqual([]);
  }
}
