/** A tablet in the shop's network: from a page that warns of nothing yet to a till that starts offline. */
import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Lan } from "./lan";
import { Master } from "./master";
import { picture, Till } from "./till";

let lan: Lan;
let master: Master;
let stranger: Browser;

beforeAll(async () => {
  lan = await Lan.open();
  master = await Master.start(undefined, [], lan);
  stranger = await lan.openBrowser();
});
afterAll(async () => {
  await stranger?.close();
  await master?.remove();
  lan?.remove();
});

it("explains itself without TLS, and shows nothing of the shop there", async () => {
  const page = await stranger.newPage();
  const plain = master.url.replace("https:", "http:");
  await page.goto(`${plain}/till`);
  await page.getByRole("heading", { name: /^Connect this device to/ }).waitFor();
  expect(await page.evaluate(() => window.isSecureContext)).toBe(false);
  expect(await page.getByRole("link", { name: master.url }).getAttribute("href")).toBe(`${master.url}/`);
  const refused = await page.evaluate(async () => {
    const answer = await fetch("/v1/schema");
    return { status: answer.status, error: (await answer.json()) as { code: string } };
  });
  expect(refused).toMatchObject({ status: 403, error: { code: "forbidden" } });
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width: 1280, height: 900 });
    await picture(page, `trust-${scheme}`);
    await page.setViewportSize({ width: 820, height: 1180 });
    await picture(page, `trust-${scheme}-tablet`);
  }
  await page.close();
});

it("is not opened by who does not trust the store yet", async () => {
  const page = await stranger.newPage();
  await expect(page.goto(master.url)).rejects.toThrow("ERR_CERT_AUTHORITY_INVALID");
  await page.close();
});

it("is a whole offline till for who installed the certificate of that page", async () => {
  const certificate = await downloaded();
  const browser = await lan.openBrowser(certificate);
  const context = await browser.newContext({ viewport: { width: 1180, height: 820 }, locale: "en-GB" });
  const page = await context.newPage();
  await page.goto(master.url);
  await page.getByLabel("Code", { exact: true }).fill(master.command("enroll").trim());
  await page.getByLabel("Name of this till").fill("Tablet");
  await page.getByRole("button", { name: "Set up" }).click();
  const till = await Till.in(context, master);
  const has = await page.evaluate(async () => ({
    secure: window.isSecureContext,
    lock: await navigator.locks.request("a lock of this test", (lock) => lock !== null),
    room: ((await navigator.storage.estimate()).quota ?? 0) > 0,
    asked: typeof (await navigator.storage.persist()),
    durability: await new Promise((resolve) => {
      const opening = indexedDB.open("of this test");
      opening.onupgradeneeded = () => opening.result.createObjectStore("rows");
      opening.onsuccess = () => resolve(opening.result.transaction("rows", "readwrite", { durability: "strict" }).durability);
    }),
    worker: (await navigator.serviceWorker.ready).active !== null,
  }));
  expect(has).toEqual({ secure: true, lock: true, room: true, asked: "boolean", durability: "strict", worker: true });

  await till.login();
  await till.ready();
  const online = await till.sell();
  await till.sent();
  await till.picture("lan-tablet");

  // No cable can be pulled between two programs of one machine: the browser's word for it is spoken here.
  const spoken = (word: string) => Promise.all(page.workers().map((worker) => worker.evaluate((name) => globalThis.dispatchEvent(new Event(name)), word)));
  await spoken("offline");
  await till.says(/^No network$/);
  await spoken("online");
  await till.says(/^Online$/);

  await master.kill();
  const offline = await till.sell(1);
  await till.says(/1 to send/);
  await page.reload();
  await page.getByRole("heading", { name: "Who is selling?" }).waitFor();
  await till.login();
  await till.go("Sales");
  await expect.poll(() => till.sales.count()).toBe(2);

  await master.resume();
  await till.sent();
  const seen = (await till.sales.allInnerTexts()).join("\n");
  for (const number of [online, offline]) expect(seen.split(number)).toHaveLength(2);
  expect(till.troubles).toEqual([]);
  await browser.close();
});

/** The certificate as a person gets it: from the page without TLS, compared with what the master printed. */
async function downloaded(): Promise<string> {
  const page = await stranger.newPage();
  await page.goto(master.url.replace("https:", "http:"));
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Get the certificate" }).click();
  const file = lan.file("store-ca.crt");
  await (await download).saveAs(file);
  const bytes = readFileSync(file);
  const digits = createHash("sha256").update(bytes).digest("hex").toUpperCase();
  expect(master.said).toContain(`fingerprint ${(digits.match(/.{4}/g) ?? []).join(" ")}`);
  const shown = (await page.locator("#fingerprint").innerText()).replace(/\s/g, "");
  expect(shown).toBe(digits);
  expect(new X509Certificate(bytes).ca).toBe(true);
  await page.close();
  return file;
}
