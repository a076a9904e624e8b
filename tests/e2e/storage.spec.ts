/** What a person reads, and what is kept, when the browser's storage does not do its part. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Master } from "./master";
import { CHROMIUM, IN_STEP_MS, openBrowser, openPlain, picture, PLAIN_HOST, Till } from "./till";

/** Chromium grants room in advance, for up to half a minute. */
const NOTICED_MS = 90_000;
/** Five questions without an answer, two seconds apart, and then some. */
const TAKEN_OVER_MS = 40_000;
const NO_ROOM = "There is no room left on this device, so this was not saved.";

let master: Master;
let browser: Browser;

beforeAll(async () => {
  [master, browser] = await Promise.all([Master.start(undefined, ["--host", PLAIN_HOST]), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await master.remove();
});

it("refuses a sale in a sentence while the disk is full, loses nothing, and sells again when there is room", async () => {
  const till = await ready();
  const cdp = await till.context.newCDPSession(till.page);
  const receipts = [await till.sell()];
  await till.sent();

  await quota(cdp, 1);
  await noticed(till.page);
  await till.products.nth(1).click();
  await till.lines.first().waitFor();
  await till.page.getByRole("button", { name: /Exact cash/ }).click();
  await till.page.getByText(NO_ROOM).first().waitFor();
  // The cart is still there: nobody has to scan again.
  expect(await till.lines.count()).toBe(1);
  await till.picture("storage-full");
  await till.go("Sync");
  await till.page.getByText("There was no room for the products on this device").waitFor();
  await till.go("Till");

  await quota(cdp, null);
  await expect
    .poll(
      async () => {
        const pay = till.page.getByRole("button", { name: /Exact cash/ });
        // Switched off for as long as a press is being answered.
        if ((await till.lines.count()) > 0 && (await pay.isEnabled())) await pay.click({ timeout: 2_000 }).catch(() => undefined);
        return till.lines.count();
      },
      { timeout: NOTICED_MS, interval: 2_000 },
    )
    .toBe(0);
  receipts.push(await till.receiptNumber());
  await till.sent();
  expect(new Set(receipts).size).toBe(receipts.length);
  await till.go("Sales");
  await expect.poll(() => till.sales.count()).toBe(receipts.length);

  const other = await Till.open(browser, master);
  await other.login();
  await other.go("Sales");
  await expect.poll(() => other.sales.count(), { timeout: IN_STEP_MS }).toBe(receipts.length);
  await other.close();
  await till.close();
}, 240_000);

it("stops offline sales while there is room for the last ones, and says so", async () => {
  const till = await ready(faulty("estimate", "Promise.resolve({ usage: 96, quota: 100 })"));
  await till.sell();
  await till.sent();
  await till.go("Sync");
  await till.page.getByText("Nearly full: without the main server nothing new is sold.").waitFor();
  await till.go("Till");
  await offline(till, async () => {
    await refusedWith(till, /This device is nearly full. Nothing new is sold until the main server can be reached/);
  });
  await till.close();
});

it("sells in a private window only while the master is there", async () => {
  const till = await ready(faulty("getDirectory", 'Promise.reject(new DOMException("no", "SecurityError"))'));
  await till.sell();
  await till.sent();
  await till.go("Sync");
  await till.page.getByText("This is a private window").waitFor();
  await till.go("Till");
  await offline(till, async () => {
    await refusedWith(till, /This window keeps nothing when it closes, so it sells only while the main server can be reached/);
  });
  await till.close();
});

it("says that the storage is gone when it was cleared under the page", async () => {
  const till = await ready();
  await till.sell();
  await till.sent();
  await till.page.evaluate(
    () =>
      new Promise((done, failed) => {
        const request = indexedDB.deleteDatabase("tillsync-outbox");
        request.onsuccess = done;
        request.onerror = failed;
      }),
  );
  await till.products.nth(1).click();
  await till.lines.first().waitFor();
  await till.page.getByRole("button", { name: /Exact cash/ }).click();
  await till.page.getByRole("heading", { name: "The storage was closed" }).waitFor({ timeout: IN_STEP_MS });
  await till.page.getByRole("button", { name: "Reload" }).click();
  await till.page.getByRole("heading", { name: "Who is selling?" }).waitFor({ timeout: IN_STEP_MS });
  await till.login();
  await till.go("Sales");
  await expect.poll(() => till.sales.count(), { timeout: IN_STEP_MS }).toBeGreaterThan(0);
  await till.close();
});

it("does not pretend to keep anything where the browser forbids it", async () => {
  const profile = mkdtempSync(join(tmpdir(), "tillsync-profile-"));
  mkdirSync(join(profile, "Default"), { recursive: true });
  // What a person sets as "do not allow sites to save data on your device".
  const forbidden = { profile: { default_content_setting_values: { cookies: 2 } } };
  writeFileSync(join(profile, "Default/Preferences"), JSON.stringify(forbidden));
  const context = await chromium.launchPersistentContext(profile, CHROMIUM);
  const page = await context.newPage();
  await page.goto(master.url);
  await page.getByRole("heading", { name: "This window keeps nothing" }).waitFor({ timeout: IN_STEP_MS });
  await context.close();
  rmSync(profile, { recursive: true, force: true });
});

it("takes over from a tab whose engine no longer answers", async () => {
  const till = await ready();
  const receipts = [await till.sell()];
  await till.sent();
  const stuck = await stopWorker(await till.context.newCDPSession(till.page));
  const second = await till.context.newPage();
  await second.goto(master.url);
  await second.getByRole("heading", { name: "This till is open in another tab" }).waitFor({ timeout: IN_STEP_MS });
  await picture(second, "other-tab");
  await second.bringToFront();
  await second.getByRole("heading", { name: "Who is selling?" }).waitFor({ timeout: TAKEN_OVER_MS });
  await stuck.goOn();
  // It sells through the other one now, and who was logged in still is.
  await till.page.bringToFront();
  receipts.push(await till.sell(1));
  await till.sent();
  await till.go("Sales");
  for (const receipt of receipts) {
    await expect.poll(() => till.sales.filter({ hasText: receipt }).count(), { timeout: IN_STEP_MS }).toBe(1);
  }
  await till.close();
});

it("says that its engine has stopped after a fault of its own, and goes on after a reload with all that was sold", async () => {
  const till = await ready(breakable);
  const number = await till.sell();
  await till.sent();
  await till.page.evaluate(() => {
    new BroadcastChannel("break").postMessage("now");
  });
  await till.products.nth(1).click();
  await till.lines.first().waitFor();
  // A held sale needs an id of the engine's own.
  await till.page.keyboard.press("F8");
  await till.page.getByRole("dialog").getByRole("button", { name: "Hold", exact: true }).click();
  await till.page.getByText("The engine has stopped").waitFor({ timeout: IN_STEP_MS });
  await till.picture("engine-stopped");
  await till.page.getByRole("button", { name: "Reload" }).click();
  await till.page.getByRole("heading", { name: "Who is selling?" }).waitFor({ timeout: IN_STEP_MS });
  await till.login();
  // The cart was not sold, so it is still there.
  await till.lines.first().waitFor();
  await till.page.getByRole("button", { name: /Exact cash/ }).click();
  const next = await till.receiptNumber();
  await till.sent();
  expect(counter(next)).toBe(counter(number) + 1);
  await till.context.close();
});

it("says on plain http that it is not secure, and sells all the same", async () => {
  const { till, browser: plain } = await openPlain(master);
  const { page } = till;
  await page.getByText("Not a secure connection.").waitFor();
  await till.login();
  await till.ready();
  await till.sell();
  await till.sent();
  await page.getByText("Not a secure connection.").waitFor();
  await till.picture("insecure");
  await plain.close();
});

async function ready(before: (page: Page) => Promise<void> = () => Promise.resolve()): Promise<Till> {
  const till = await Till.open(browser, master, {}, undefined, before);
  await till.login();
  await till.ready();
  await till.sent();
  return till;
}

/** Makes one question of `navigator.storage` be answered otherwise, where the engine asks it. */
function faulty(question: string, answer: string) {
  return async (page: Page) => {
    await page.route(/\/assets\/worker-[^/]*\.js$/, async (route) => {
      const engine = await route.fetch();
      const body = `StorageManager.prototype.${question} = () => ${answer};\n${await engine.text()}`;
      await route.fulfill({ response: engine, body });
    });
  };
}

/** Waits until the browser has noticed that there is no room: until it refuses to write a single byte. */
async function noticed(page: Page): Promise<void> {
  const refused = page.evaluate(
    () =>
      new Promise<void>((full, failed) => {
        const opening = indexedDB.open("room", 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore("bytes");
        opening.onerror = () => full();
        opening.onsuccess = () => {
          const again = () => {
            const tx = opening.result.transaction("bytes", "readwrite", { durability: "strict" });
            tx.objectStore("bytes").put(0, 0);
            tx.oncomplete = again;
            tx.onabort = () => {
              opening.result.close();
              if (tx.error?.name === "QuotaExceededError") full();
              else failed(tx.error);
            };
          };
          again();
        };
      }),
  );
  const late = new Promise<never>((_, failed) => {
    setTimeout(() => failed(new Error("the browser never noticed")), NOTICED_MS).unref();
  });
  await Promise.race([refused, late]);
}

/** Talks to a worker through the page it belongs to. */
function teller(cdp: CDPSession, sessionId: string) {
  let id = 0;
  return async (method: string, params: object = {}) => {
    id += 1;
    await cdp.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method, params }) });
  };
}

async function offline(till: Till, work: () => Promise<void>): Promise<void> {
  await master.kill();
  try {
    await till.says(/Offline/);
    await work();
  } finally {
    await master.resume();
  }
}

/** Nothing is sold, the cart stays, and the reason is a sentence. */
async function refusedWith(till: Till, sentence: RegExp): Promise<void> {
  await till.products.nth(2).click();
  await till.lines.first().waitFor();
  await till.page.getByRole("button", { name: /Exact cash/ }).click();
  await till.page.getByText(sentence).first().waitFor();
  expect(await till.lines.count()).toBe(1);
  expect(await till.toSend.count()).toBe(0);
}

async function quota(cdp: CDPSession, bytes: number | null): Promise<void> {
  const { origin } = new URL(master.url);
  await cdp.send("Storage.overrideQuotaForOrigin", { origin, ...(bytes === null ? {} : { quotaSize: bytes }) });
}

/** Stops the engine's thread where it is, as a browser does that freezes a tab. */
async function stopWorker(cdp: CDPSession): Promise<{ readonly goOn: () => Promise<void> }> {
  const attached = new Promise<string>((found) => {
    cdp.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
      if (targetInfo.type === "worker") found(sessionId);
    });
  });
  await cdp.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const tell = teller(cdp, await attached);
  await tell("Debugger.enable");
  await tell("Debugger.pause");
  return {
    goOn: async () => {
      await tell("Debugger.resume");
      await tell("Debugger.disable");
    },
  };
}

/** Lets the page take the engine its randomness, without which it makes no id and stops. */
async function breakable(page: Page): Promise<void> {
  await page.route(/\/assets\/worker-[^/]*\.js$/, async (route) => {
    const engine = await route.fetch();
    const fault = `new BroadcastChannel("break").onmessage = () => {
      Crypto.prototype.getRandomValues = () => { throw new Error("no randomness"); };
    };`;
    await route.fulfill({ response: engine, body: `${fault}\n${await engine.text()}` });
  });
}

/** The last part of a receipt's number. */
function counter(number: string): number {
  return Number(number.split("-").at(-1));
}
