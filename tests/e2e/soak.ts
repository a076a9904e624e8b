/**
 * The long run: a browser killed amid sales, again and again, and amid its first sync; two terminals that go for the
 * last unit. `cargo xtask test --soak`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { expect, it } from "vitest";
import { dice, exported, judge, say, TIMES } from "./lives";
import { Master } from "./master";
import { CHROMIUM, IN_STEP_MS, openBrowser, picture, Till } from "./till";

/** A browser lives so long at most before it is killed, from its first sale on. */
const LONGEST_LIFE_MS = 4_000;
/** Of ten lives so many have no master. */
const ALONE_OF_TEN = 3;
/** Progress is told after every so many lives or goes. */
const TOLD_EVERY = 10;
/** How often two terminals go for the last unit. */
const GOES = Number(process.env["SOAK_GOES"] ?? 200);
const PRODUCTS = 100_000;
/** How long they may take on a busy machine, with the import. */
const FIRST_SYNC_MS = 600_000;

it(
  `loses no sale that was shown as done, and doubles none, when Chromium is killed ${String(TIMES)} times`,
  async () => {
    const master = await Master.start();
    const profile = mkdtempSync(join(tmpdir(), "tillsync-soak-"));
    const chance = dice(7);
    const done = new Set<string>();
    for (let life = 0; life < TIMES; life += 1) {
      const alone = life > 0 && chance() * 10 < ALONE_OF_TEN;
      if (alone && master.running) await master.kill();
      if (!alone && !master.running) await master.resume();
      const context = await chromium.launchPersistentContext(profile, { ...CHROMIUM, locale: "en-GB" });
      const till = await Till.in(context, master);
      await till.login();
      await till.ready();
      if (life === 0) await till.startsOffline();
      const end = Date.now() + chance() * LONGEST_LIFE_MS;
      let dead = false;
      const selling = (async () => {
        while (!dead) done.add(await till.sell(done.size % 4));
      })().catch(() => undefined);
      // The time of a life is what this run is about: at any moment of a sale.
      await new Promise((resolve) => setTimeout(resolve, end - Date.now()));
      dead = true;
      spawnSync("pkill", ["-9", "-f", `user-data-dir=${profile}`]);
      await selling;
      await context.close().catch(() => undefined);
      if ((life + 1) % TOLD_EVERY === 0) say(`killed ${String(life + 1)} of ${String(TIMES)} times, ${String(done.size)} sales shown as done`);
    }
    if (!master.running) await master.resume();
    const context = await chromium.launchPersistentContext(profile, { ...CHROMIUM, locale: "en-GB" });
    const till = await Till.in(context, master);
    await till.login();
    await till.sent();
    await till.go("Sync");
    const attention = await till.page.getByText("needs attention").count();
    await context.close();

    expect(attention).toBe(0);
    const sold = await judge(master, done);
    rmSync(profile, { recursive: true, force: true });
    say(`${String(TIMES)} lives, ${String(done.size)} sales shown as done, ${String(sold)} at the master`);
  },
  TIMES * 60_000,
);

it(
  `brings ${PRODUCTS.toLocaleString("en-GB")} products to an empty browser, and goes on where it was killed at half`,
  async () => {
    const master = await Master.start((fresh) => {
      const file = join(fresh.data, "products.csv");
      writeFileSync(file, catalogue());
      fresh.command("import", file);
    });
    const profile = mkdtempSync(join(tmpdir(), "tillsync-soak-"));
    const life = async () => {
      const context = await chromium.launchPersistentContext(profile, { ...CHROMIUM, locale: "en-GB", viewport: { width: 1280, height: 800 } });
      const page = await context.newPage();
      const began = Date.now();
      await page.goto(master.url);
      return { context, page, began };
    };
    const first = await life();
    const seen: number[] = [];
    const watch = async (page: Page) => {
      const now = await percent(page);
      if (Math.floor(now / 10) > Math.floor((seen.at(-1) ?? -10) / 10)) say(`${String(now)} % of the products are there`);
      return seen[seen.push(now) - 1] ?? 0;
    };
    await expect.poll(() => watch(first.page), { timeout: FIRST_SYNC_MS }).toBeGreaterThanOrEqual(50);
    const killedAt = seen.at(-1) ?? 0;
    const half = seconds(first.began);
    await picture(first.page, "first-sync");
    spawnSync("pkill", ["-9", "-f", `user-data-dir=${profile}`]);
    await first.context.close().catch(() => undefined);

    const again = await life();
    let wentOnAt = 0;
    await expect
      .poll(async () => (wentOnAt = await percent(again.page)), { timeout: FIRST_SYNC_MS, interval: 10 })
      .toBeGreaterThan(0);
    await again.page.getByRole("heading", { name: "Who is selling?" }).waitFor({ timeout: FIRST_SYNC_MS });
    const rest = seconds(again.began);
    await again.page.close();
    const till = await Till.in(again.context, master);
    await till.login();
    await till.go("Products");
    await till.page.getByText(`${PRODUCTS.toLocaleString("en-GB")} products`, { exact: true }).waitFor({ timeout: IN_STEP_MS });
    await again.context.close();
    await master.remove();
    rmSync(profile, { recursive: true, force: true });

    say(`killed at ${String(killedAt)} % after ${half} s, went on at ${String(wentOnAt)} %, all there after ${rest} s more`);
    expect(new Set(seen).size).toBeGreaterThan(5);
    // What was on its way when it was killed may come again; nothing that was stored does.
    expect(wentOnAt).toBeGreaterThanOrEqual(killedAt - 5);
  },
  2 * FIRST_SYNC_MS,
);

it(
  `never promises both of two terminals the last unit, in ${String(GOES)} goes`,
  async () => {
    const master = await Master.start((fresh) => {
      const file = join(fresh.data, "lanterns.csv");
      const rows = Array.from({ length: GOES }, (_, go) => `${code(go)},LANTERN ${String(go)},3.39,,1`);
      writeFileSync(file, ["code,name,price,barcode,stock", ...rows].join("\n"));
      fresh.command("import", file);
    });
    const browser = await openBrowser();
    const tills = [await Till.open(browser, master), await Till.open(browser, master)] as const;
    for (const till of tills) {
      await till.login();
      await till.ready();
      await till.says(/^Online$/);
    }
    const won = [0, 0];
    for (let go = 0; go < GOES; go += 1) {
      await Promise.all(tills.map(async (till) => {
        await till.scan(code(go));
        await till.lines.first().waitFor();
      }));
      // Now one is a moment ahead, now the other.
      const order = go % 2 === 0 ? tills : [tills[1], tills[0]];
      await Promise.all(order.map((till) => till.pay.click()));
      const told = async () => Promise.all(tills.map((till) => isTold(till)));
      await expect.poll(async () => (await told()).filter(Boolean).length, { timeout: IN_STEP_MS }).toBe(1);
      const loser = (await told()).indexOf(true);
      const [winner, other] = loser === 0 ? [tills[1], tills[0]] : [tills[0], tills[1]];
      won[1 - loser] = (won[1 - loser] ?? 0) + 1;
      await other.page.keyboard.press("Escape");
      await other.page.getByTestId("pay-dialog").waitFor({ state: "detached" });
      await winner.page.getByTestId("pay-cash").click();
      await winner.receiptNumber();
      await other.page.getByRole("button", { name: "Clear cart" }).click();
      await other.page.getByRole("dialog").getByRole("button", { name: "Clear cart" }).click();
      await other.lines.first().waitFor({ state: "detached" });
      if ((go + 1) % TOLD_EVERY === 0) say(`${String(go + 1)} of ${String(GOES)} goes, won ${won.join(" : ")}`);
    }
    for (const till of tills) await till.sent();
    const numbers = await exported(tills[0]);
    const troubles = tills.flatMap((till) => till.troubles);
    await browser.close();
    await master.stop();
    const verified = master.command("verify");
    await master.remove();
    expect(verified).toContain("everything fits");
    expect(new Set(numbers).size).toBe(GOES);
    expect(troubles).toEqual([]);
    say(`${String(GOES)} last units, each sold once, won ${won.join(" : ")}`);
  },
  GOES * 60_000,
);

function code(go: number): string {
  return String(200_000 + go);
}

/** Whether a terminal that is about to be paid says that the other one has the last unit. */
async function isTold(till: Till): Promise<boolean> {
  return till.page.getByTestId("pay-dialog").getByText(/is being paid for/).isVisible();
}

/** What the page says of how much has come; 0 while it says nothing. */
async function percent(page: Page): Promise<number> {
  const bar = page.getByRole("progressbar");
  if ((await bar.count()) === 0) return 0;
  return Number(await bar.getAttribute("aria-valuenow"));
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(1);
}

function catalogue(): string {
  const made = Array.from({ length: PRODUCTS }, (_, at) => `${String(100_000 + at)},PRODUCT ${String(at)},${String(1 + (at % 90))}.25,,1000`);
  return ["code,name,price,barcode,stock", ...made].join("\n");
}

