/** What the long runs share: chance that a seed decides, and how a run of killed tills is judged. */
import { expect } from "vitest";
import type { Master } from "./master";
import { IN_STEP_MS, openBrowser, Till } from "./till";

/** How often a till is killed. */
export const TIMES = Number(process.env["SOAK_TIMES"] ?? 100);

export function say(what: string): void {
  process.stdout.write(`soak: ${what}\n`);
}

/** The same numbers between 0 and 1 in every run. */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Every sale that was shown as done is at the master, none twice, and the numbers have no gap. */
export async function judge(master: Master, done: ReadonlySet<string>): Promise<number> {
  const browser = await openBrowser();
  const other = await Till.open(browser, master);
  await other.login();
  await other.ready();
  const numbers = await exported(other);
  await browser.close();
  await master.stop();
  const verified = master.command("verify");
  await master.remove();
  expect(verified).toContain("everything fits");
  expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual([]);
  expect([...done].filter((number) => !numbers.includes(number))).toEqual([]);
  const counters = numbers.map((number) => Number(number.split("-").at(-1))).sort((one, two) => one - two);
  expect(counters).toEqual(counters.map((_, at) => at + 1));
  return numbers.length;
}

/** The numbers of all sales, from the file that the screen of sales exports. */
export async function exported(till: Till): Promise<readonly string[]> {
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
