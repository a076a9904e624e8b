/** The long run: a browser killed amid sales, again and again. `cargo xtask test --soak`. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { expect, it } from "vitest";
import { Master } from "./master";
import { CHROMIUM, IN_STEP_MS, openBrowser, Till } from "./till";

const TIMES = Number(process.env["SOAK_TIMES"] ?? 100);
/** A browser lives so long at most before it is killed, from its first sale on. */
const LONGEST_LIFE_MS = 4_000;
/** Of ten lives so many have no master. */
const ALONE_OF_TEN = 3;

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
    }
    if (!master.running) await master.resume();
    const context = await chromium.launchPersistentContext(profile, { ...CHROMIUM, locale: "en-GB" });
    const till = await Till.in(context, master);
    await till.login();
    await till.sent();
    await till.go("Sync");
    const attention = await till.page.getByText("needs attention").count();
    await context.close();

    const browser = await openBrowser();
    const other = await Till.open(browser, master);
    await other.login();
    await other.ready();
    const numbers = await exported(other);
    await browser.close();
    await master.stop();
    const verified = master.command("verify");
    await master.remove();
    rmSync(profile, { recursive: true, force: true });

    expect(verified).toContain("everything fits");
    expect(attention).toBe(0);
    expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual([]);
    expect([...done].filter((number) => !numbers.includes(number))).toEqual([]);
    const counters = numbers.map((number) => Number(number.split("-").at(-1))).sort((one, two) => one - two);
    expect(counters).toEqual(counters.map((_, at) => at + 1));
    console.log(`${String(TIMES)} lives, ${String(done.size)} sales shown as done, ${String(numbers.length)} at the master`);
  },
  TIMES * 60_000,
);

/** The numbers of all sales, from the file that the screen of sales exports. */
async function exported(till: Till): Promise<readonly string[]> {
  await till.go("Sales");
  await till.sales.first().waitFor({ timeout: IN_STEP_MS });
  const [file] = await Promise.all([
    till.page.waitForEvent("download"),
    till.page.getByRole("button", { name: "Export CSV" }).click(),
  ]);
  const stream = await file.createReadStream();
  let text = "";
  for await (const part of stream) text += String(part);
  return [...text.matchAll(/S\d+-T\d+-E\d+-\d+/g)].map(([number]) => number);
}

/** The same numbers between 0 and 1 in every run. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
