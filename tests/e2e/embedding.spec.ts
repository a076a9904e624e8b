/** The npm package in pages of another origin than the master's. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Server } from "node:http";
import { fileURLToPath } from "node:url";
import { type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { serve } from "../../sync-client/npm/example/serve.mjs";
import { freePort, Master } from "./master";
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
/** What `npm run dashboard` starts, for the example in React. */
let vite: ChildProcess;
let react: string;

beforeAll(async () => {
  server = await serve(0);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  origin = `http://localhost:${String(address.port)}`;
  const port = await freePort();
  react = `http://localhost:${String(port)}`;
  vite = spawn("npm", ["run", "dashboard", "--", "--port", String(port), "--strictPort"], {
    cwd: fileURLToPath(new URL("../../web", import.meta.url)),
    stdio: "ignore",
    // npm starts a shell that starts vite: they end as one.
    detached: true,
  });
  const options = ["--origin", origin, "--origin", react];
  [master, browser] = await Promise.all([Master.start(undefined, options), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await master.remove();
  if (vite.pid !== undefined) process.kill(-vite.pid);
  await new Promise((resolve) => server.close(resolve));
});

it("shows sales live on the example dashboard, and what was here last while the master is away", async () => {
  const context = await browser.newContext({ viewport: { width: 1024, height: 768 } });
  const board = await context.newPage();
  const troubles: string[] = [];
  board.on("pageerror", (error) => troubles.push(String(error)));
  await board.goto(origin);
  await join(board, "WRON-GONE");
  await expect.poll(() => board.getByRole("alert").innerText()).toContain("this code is wrong");
  await join(board, code("--kind", "dashboard", "--read-only"));
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

it("shows sales and stock live in the example of a React app", async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
  const board = await context.newPage();
  const troubles: string[] = [];
  board.on("pageerror", (error) => troubles.push(String(error)));
  await expect.poll(() => board.goto(react).then(() => true, () => false)).toBe(true);
  await join(board, code("--kind", "dashboard", "--read-only"));
  await expect.poll(() => board.getByRole("status").innerText()).toBe("Live");

  const till = await Till.open(browser, master);
  await till.login();
  const number = await till.sell();
  await board.getByRole("cell", { name: number }).waitFor();
  await till.sell();
  const figure = (name: string) => board.locator(".figure", { hasText: name }).locator("strong").innerText();
  await expect.poll(() => figure("Sales")).toBe(String(await board.getByRole("cell", { name: /S\d+-T\d+/ }).count()));
  expect(await figure("Sold today")).toMatch(/[1-9]/);
  await picture(board, "dashboard-react");
  await board.emulateMedia({ colorScheme: "dark" });
  await board.setViewportSize({ width: 800, height: 1100 });
  await picture(board, "dashboard-react-dark");
  expect(troubles).toEqual([]);
  await till.close();
  await context.close();
});

it("lets a page log in, hear what happens, and settle what waits for a person", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await open(page);
  await page.evaluate((code) => (globalThis as unknown as Shared).client.enroll(code, "Office"), code("--kind", "terminal"));
  await expect.poll(() => status(page), { timeout: IN_STEP_MS }).toMatchObject({ connection: { state: "online" }, firstSync: null });
  expect(await status(page)).toMatchObject({
    device: { name: "Office", kind: "terminal", readOnly: false },
    storage: { recordsKept: true, nearlyFull: false },
  });
  const [owner] = master.people();
  if (owner === undefined) throw new Error("nobody works here");

  expect(await page.evaluate(settle, owner)).toEqual({
    withoutLogin: "not_logged_in",
    wrongPin: "forbidden",
    verdicts: ["accepted", "conflict", "rejected", "accepted", "accepted"],
    othersAccepted: true,
    clash: { was: 1_000, theirs: 1_100, mine: 1_200, canKeepMine: true },
    late: "changed_meanwhile",
    second: "already_resolved",
    price: 1_200,
    heard: ["attention", "changed", "conflict", "notice", "outcome", "product:updated", "task", "task:created"],
    open: { conflicts: 0, tasks: 0 },
    noticesLeft: 0,
    fetched: 1,
  });

  // The tab that works answers; one that waits goes on once it is gone.
  const second = await context.newPage();
  await second.goto(`${origin}/example/dashboard.css`);
  const refused = open(second);
  await expect(refused).rejects.toThrow("other_tab");
  expect(await second.evaluate(alive)).toBe("alive");
  const waited = open(second, true);
  await page.close();
  await waited;
  expect(await status(second)).toMatchObject({ registered: true, pending: 0 });
  await context.close();
});

it("tells a page that the engine has stopped, and opens again after a reload", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await open(page);
  expect(await page.evaluate(stop)).toEqual({
    heard: "failed",
    shown: "failed",
    next: { code: "internal", class: "fatal" },
  });
  await open(page);
  expect(await status(page)).toMatchObject({ registered: false, pending: 0 });
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

/** Has a dashboard join the shop, as the person in front of it does. */
async function join(board: Page, code: string): Promise<void> {
  await board.getByLabel("Address of the master").fill(master.url);
  await board.getByLabel("Code").fill(code);
  await board.getByRole("button", { name: "Join" }).click();
}

/** A one-time code. */
function code(...options: readonly string[]): string {
  return master.command("enroll", ...options).trim();
}

/** Opens a client on an otherwise empty page of the other origin. */
async function open(page: Page, wait = false): Promise<void> {
  await page.goto(`${origin}/example/dashboard.css`);
  // As text: what runs in the page is none of this file's modules.
  await page.evaluate(`(async () => {
    const { Client, init } = await import("/dist/index.js");
    await init();
    const kept = localStorage.getItem("schema");
    const schema = kept ?? (await (await fetch("${master.url}/v1/schema")).text());
    localStorage.setItem("schema", schema);
    globalThis.Client = Client;
    const options = { url: "${master.url}", schema: JSON.parse(schema), wait: ${String(wait)} };
    globalThis.client = await Client.open(options).catch((error) => Promise.reject(new Error(error.code)));
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

/** Whether the tab that works answers; runs in the page. */
function alive(): Promise<string> {
  return new Promise((heard) => {
    const channel = new BroadcastChannel("tillsync:tillsync");
    channel.onmessage = ({ data }) => heard(String(data));
    channel.postMessage("alive?");
  });
}

/** Brings the engine down as a fault of its own would, and says what a page hears of it; runs in the page. */
async function stop() {
  interface Fallible {
    __wbg_ptr: number;
    onStatus(listener: (status: { readonly connection: { readonly state: string } }) => void): number;
    on(event: "failed", listener: (connection: { readonly state: string }) => void): () => void;
    query(query: object): Promise<unknown>;
    retryNow(): void;
  }
  const { client } = globalThis as unknown as { client: Fallible };
  let shown = "";
  let heard = "";
  client.on("failed", ({ state }) => (heard = state));
  await new Promise<void>((told) => {
    client.onStatus(({ connection }) => {
      shown = connection.state;
      told();
    });
  });
  // An address outside of the module's memory.
  client.__wbg_ptr = 0x7ffffff0;
  try {
    client.retryNow();
  } catch {
    // A page that catches this knows less than what follows.
  }
  const asked = (async () => client.query({ collection: "products" }))();
  const next = await asked.catch(({ code, class: kind }: { code: string; class: string }) => ({ code, class: kind }));
  return { heard, shown, next };
}

/** All of the package beyond records, as a page of an office uses it; runs in the page. */
async function settle({ name, pin }: { name: string; pin: string }) {
  interface Raised {
    readonly id: string;
    readonly doc: Record<string, unknown>;
  }
  interface Office {
    login(user: string, pin: string): Promise<{ readonly name: string }>;
    query(query: object): Promise<{ readonly items: readonly Raised[] }>;
    get(collection: string, id: string): Promise<Raised>;
    record(mutation: object): Promise<{ readonly device: string; readonly seq: number }>;
    on(event: string, listener: (what: never) => void): () => void;
    conflicts(): Promise<readonly (Raised & { readonly record: string; readonly theirs: unknown })[]>;
    resolve(choice: object): Promise<unknown>;
    tasks(): Promise<readonly Raised[]>;
    closeTask(task: Raised, end: object): Promise<unknown>;
    notices(): Promise<readonly Raised[]>;
    acknowledge(notice: Raised): Promise<unknown>;
    fetch(collection: string, ids: readonly string[]): Promise<readonly unknown[]>;
    status(): { readonly pending: number };
  }
  const { client, Client } = globalThis as unknown as { client: Office; Client: { newId(): string } };
  const codeOf = (work: Promise<unknown>) => work.then(() => "done", (error: { code: string }) => error.code);
  const equal = (field: string, value: string) => [{ field, op: "eq", value }];
  const first = async (query: object) => {
    const [found] = (await client.query(query)).items;
    if (found === undefined) throw new Error("nothing found");
    return found;
  };
  const heard = new Set<string>();
  const verdicts: string[] = [];
  for (const event of ["changed", "attention", "conflict", "task", "notice", "product:updated", "task:created"]) client.on(event, () => heard.add(event));
  client.on("outcome", ({ verdict }: { verdict: string }) => {
    heard.add("outcome");
    verdicts.push(verdict);
  });
  const until = async (such: () => Promise<boolean>) => {
    while (!(await such())) await new Promise((again) => setTimeout(again, 20));
  };
  /** Records and waits until the master has decided it. */
  const decided = async (work: Promise<unknown>) => {
    await work;
    await until(() => Promise.resolve(client.status().pending === 0));
  };

  const person = await first({ collection: "employees", filter: equal("name", name) });
  const barcoded = (await client.query({ collection: "products" })).items.filter(({ doc }) => "barcode" in doc);
  const [product, other] = barcoded;
  if (product === undefined || other === undefined) throw new Error("the shop is empty");
  const priced = (now: number, seen: number) => ({
    name: "edit_product",
    steps: [{ op: "patch", collection: "products", id: product.id, seen: { price: seen }, fields: { price: now } }],
  });
  const withoutLogin = await codeOf(client.record(priced(1_000, 0)));
  const wrongPin = await codeOf(client.login(person.id, "0000"));
  await client.login(person.id, pin);

  const price = product.doc["price"] as number;
  await decided(client.record(priced(1_000, price)));
  verdicts.length = 0;
  await decided(client.record(priced(1_100, 1_000)));
  await decided(client.record(priced(1_200, 1_000)));
  await decided(client.record({ name: "sell_the_moon", steps: [{ op: "insert", collection: "moons", id: Client.newId(), doc: { name: "The moon" } }] }));
  const twin = { op: "patch", collection: "products", id: product.id, fields: { barcode: other.doc["barcode"] } };
  await client.record({ name: "edit_product", steps: [twin] });
  await until(async () => (await client.conflicts()).length === 1 && (await client.tasks()).length > 0 && (await client.notices()).length > 0);
  await decided(Promise.resolve());

  const [shown] = await client.conflicts();
  if (shown === undefined) throw new Error("no conflict");
  const { was, theirs, mine, canKeepMine } = shown as unknown as Record<string, unknown>;
  const late = await codeOf(client.resolve({ conflict: { ...shown, theirs: 1_099 }, keep: "mine" }));
  await decided(client.resolve({ conflict: shown, keep: "mine" }));
  const second = await codeOf(client.resolve({ conflict: shown, keep: "theirs" }));
  for (const task of await client.tasks()) await decided(client.closeTask(task, { action: "accepted", note: "seen" }));
  for (const notice of await client.notices()) await decided(client.acknowledge(notice));
  return {
    withoutLogin,
    wrongPin,
    verdicts: verdicts.slice(0, 5),
    othersAccepted: verdicts.slice(5).every((verdict) => verdict === "accepted"),
    clash: { was, theirs, mine, canKeepMine },
    late,
    second,
    price: (await client.get("products", product.id)).doc["price"],
    heard: [...heard].sort(),
    open: { conflicts: (await client.conflicts()).length, tasks: (await client.tasks()).length },
    noticesLeft: (await client.notices()).length,
    fetched: (await client.fetch("products", [product.id])).filter((found) => (found as Raised).id === product.id).length,
  };
}
