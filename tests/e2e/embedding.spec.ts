/** The npm package in pages of another origin than the master's. */
import type { Server } from "node:http";
import { type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { serve } from "../../sync-client/npm/example/serve.mjs";
import { Master } from "./master";
import { IN_STEP_MS, openBrowser, picture, Till } from "./till";

/** Mutations recorded while the master is away; every hundredth is one that it must reject. */
const QUEUED = 5_000;
const REJECTED = QUEUED / 100;
/** How long recording, and then sending, so many may take on a busy machine. */
const QUEUE_MS = 120_000;

let master: Master;
let browser: Browser;
let server: Server;
let origin: string;

beforeAll(async () => {
  server = await serve(0);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  origin = `http://localhost:${String(address.port)}`;
  [master, browser] = await Promise.all([Master.start(undefined, ["--origin", origin]), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await master.remove();
  await new Promise((resolve) => server.close(resolve));
});

it("shows sales live on the example dashboard, and what was here last while the master is away", async () => {
  const context = await browser.newContext({ viewport: { width: 1024, height: 768 } });
  const board = await context.newPage();
  const troubles: string[] = [];
  board.on("pageerror", (error) => troubles.push(String(error)));
  await board.goto(origin);
  await board.getByLabel("Address of the master").fill(master.url);
  await board.getByLabel("Code").fill("WRON-GONE");
  await board.getByRole("button", { name: "Join" }).click();
  await expect.poll(() => board.getByRole("alert").innerText()).toContain("this code is wrong");
  await board.getByLabel("Code").fill(code("--kind", "dashboard", "--read-only"));
  await board.getByRole("button", { name: "Join" }).click();
  await expect.poll(() => board.getByRole("status").innerText()).toBe("Live");

  const till = await Till.open(browser, master);
  await till.login();
  const first = await till.sell();
  await board.getByRole("cell", { name: first }).waitFor();
  expect(await board.locator("#count").innerText()).toBe("1");

  await master.kill();
  const second = await till.sell();
  await expect.poll(() => board.getByRole("status").innerText()).toContain("showing what was here last");
  await board.reload();
  await board.getByRole("cell", { name: first }).waitFor();
  expect(await board.getByRole("cell", { name: second }).count()).toBe(0);
  await master.resume();
  await board.getByRole("cell", { name: second }).waitFor({ timeout: IN_STEP_MS });
  await picture(board, "dashboard");
  expect(troubles).toEqual([]);
  await till.close();
  await context.close();
});

it("keeps five thousand mutations through a reload, sends each once, and lets no bad one block the others", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await open(page);
  await page.evaluate((code) => (globalThis as unknown as Shared).client.enroll(code, "Queue"), code());
  await expect.poll(() => status(page), { timeout: IN_STEP_MS }).toMatchObject({ connection: { state: "online" }, firstSync: null });
  await master.kill();

  const recorded = await page.evaluate(record, { count: QUEUED, badEvery: QUEUED / REJECTED });
  expect(recorded).toBe(QUEUED);
  expect(await status(page)).toMatchObject({ pending: QUEUED });
  await page.reload();
  await open(page);
  expect(await status(page)).toMatchObject({ pending: QUEUED });
  expect(await movements(page)).toBe(QUEUED - REJECTED);

  await master.resume();
  await expect.poll(() => status(page), { timeout: QUEUE_MS }).toMatchObject({ pending: 0, attention: REJECTED });
  expect(await movements(page)).toBe(QUEUED - REJECTED);
  await context.close();

  const other = await browser.newContext();
  const reader = await other.newPage();
  await open(reader);
  await reader.evaluate((code) => (globalThis as unknown as Shared).client.enroll(code, "Reader"), code());
  await expect.poll(() => movements(reader), { timeout: IN_STEP_MS }).toBe(QUEUED - REJECTED);
  await other.close();
  await master.stop();
  expect(master.command("verify")).toContain("everything fits");
  await master.resume();
}, 3 * QUEUE_MS);

/** What the embedding page keeps between two questions. */
interface Shared {
  client: Client;
}

/** What of the package is used here; by hand, so that the app is built and checked without it. */
interface Client {
  enroll(code: string, deviceName: string): Promise<void>;
  status(): { readonly pending: number; readonly attention: number; readonly connection: { readonly state: string } };
  query(query: object): Promise<{ readonly items: readonly { readonly id: string }[]; readonly total: number }>;
  record(mutation: object): Promise<{ readonly device: string }>;
}

/** A one-time code. */
function code(...options: readonly string[]): string {
  return master.command("enroll", ...options).trim();
}

/** Opens a client on an otherwise empty page of the other origin. */
async function open(page: Page): Promise<void> {
  await page.goto(`${origin}/example/dashboard.css`);
  // As text: what runs in the page is none of this file's modules.
  await page.evaluate(`(async () => {
    const { Client, init } = await import("/index.js");
    await init();
    const kept = localStorage.getItem("schema");
    const schema = kept ?? (await (await fetch("${master.url}/v1/schema")).text());
    localStorage.setItem("schema", schema);
    globalThis.Client = Client;
    globalThis.client = await Client.open({ url: "${master.url}", schema: JSON.parse(schema) });
  })()`);
}

function status(page: Page) {
  return page.evaluate(() => (globalThis as unknown as Shared).client.status());
}

/** How many of the movements this file made the page shows. */
function movements(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const filter = [{ field: "reference", op: "eq" as const, value: "embedding" }];
    const query = { collection: "stock_movements", filter, limit: 0 };
    return (await (globalThis as unknown as Shared).client.query(query)).total;
  });
}

/** Records deliveries, as fast as they become durable; runs in the page. */
async function record({ count, badEvery }: { count: number; badEvery: number }): Promise<number> {
  const { client, Client } = globalThis as unknown as Shared & { Client: { newId(): string } };
  const [product] = (await client.query({ collection: "products", limit: 1 })).items;
  const owner = { field: "role", op: "eq" as const, value: "owner" };
  const [user] = (await client.query({ collection: "employees", filter: [owner], limit: 1 })).items;
  if (product === undefined || user === undefined) throw new Error("the shop is empty");
  const bad = () => ({
    name: "sell_the_moon",
    user: user.id,
    steps: [{ op: "insert" as const, collection: "moons", id: Client.newId(), doc: { name: "The moon" } }],
  });
  const { device } = await client.record(bad());
  const good = () => ({
    name: "receive_stock",
    user: user.id,
    steps: [
      {
        op: "insert" as const,
        collection: "stock_movements",
        id: Client.newId(),
        doc: { product: product.id, delta: 1_000, reason: "receive", reference: "embedding", moved_at: Date.now(), device },
      },
    ],
  });
  const all = [];
  for (let number = 1; number < count; number += 1) {
    all.push(client.record(number % badEvery === 0 ? bad() : good()));
  }
  return 1 + (await Promise.all(all)).length;
}
