/**
 * Measures the desktop till's window with 50,000 products and no master: `cargo xtask bench start-desktop
 * memory-desktop`, which names the file for the figures.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stock } from "./catalogue";
import { Master } from "./master";
import { Desktop, DesktopTill } from "./window";

const PRODUCTS = 50_000;
const STARTS = Number(process.env["STARTS"] ?? 10);
const WHOLE_MS = 900_000;
/** What Linux counts the start of a process in. */
const TICKS_A_SECOND = 100;

/** As `tests/src/bench/desktop.rs` reads it: figure, variant, value, unit, how many measured. */
type Reading = readonly [figure: string, variant: string, value: number, unit: "s" | "MiB", n: number];

let desktop: Desktop;
let master: Master;
let till: DesktopTill;

beforeAll(async () => {
  desktop = await Desktop.open();
  master = await Master.start((fresh) => stock(fresh, PRODUCTS));
  till = new DesktopTill(desktop);
}, WHOLE_MS);
afterAll(async () => {
  await till.remove();
  await master.remove();
  desktop.close();
});

it("starts and holds a large shop", { timeout: WHOLE_MS }, async () => {
  const [person] = master.people();
  if (person === undefined) throw new Error("nobody to log in");
  await till.open();
  await till.join(master.url, master.command("enroll").trim(), "Counter");
  await till.login(person);
  await till.go("Products");
  await expect.poll(() => till.text(), { timeout: WHOLE_MS }).toContain(`${PRODUCTS.toLocaleString("en-GB")} products`);
  await till.says(/^Online$/);
  await till.close();
  await master.kill();

  const [people, sellable, both]: [number[], number[], number[]] = [[], [], []];
  let memory: readonly Reading[] = [];
  // The first one is for the machine to read everything from its disk.
  for (let turn = 0; turn <= STARTS; turn += 1) {
    await till.open();
    const shown = await seen("//*[.='Who is selling?']");
    const began = startOf(till.pid());
    await (await till.see(`//button[contains(., "${person.name}")]`)).click();
    for (const digit of person.pin) await till.press(digit);
    const pressed = await press("Log in");
    const sells = await seen("//*[@role='listbox' and @aria-label='Products']//*[@role='option']");
    if (turn > 0) {
      people.push((shown - began) / 1_000);
      sellable.push((sells - pressed) / 1_000);
      both.push((shown - began + sells - pressed) / 1_000);
    }
    if (turn === STARTS) memory = used(till.pid());
    await till.close();
  }
  const figures: readonly Reading[] = [
    ["start-desktop", "", middle(both), "s", STARTS],
    ["start-desktop", "people", middle(people), "s", STARTS],
    ["start-desktop", "logged-in", middle(sellable), "s", STARTS],
    ["start-desktop", "slowest", Math.max(...both), "s", STARTS],
    ...memory,
  ];
  const file = process.env["FIGURES"];
  if (file === undefined) process.stdout.write(`${figures.map((figure) => figure.join(" ")).join("\n")}\n`);
  else writeFileSync(file, JSON.stringify(figures));
});

/** When something was first seen in the window, looked for all the time; milliseconds since 1970. */
async function seen(xpath: string): Promise<number> {
  return till.window.executeAsyncScript<number>(
    `const [xpath, done] = arguments;
     const look = () => {
       if (document.evaluate(xpath, document, null, XPathResult.BOOLEAN_TYPE).booleanValue) done(Date.now());
       else setTimeout(look, 5);
     };
     look();`,
    xpath,
  );
}

/** Presses a button and gives when; milliseconds since 1970. */
async function press(name: string): Promise<number> {
  return till.window.executeScript<number>("const at = Date.now(); arguments[0].click(); return at;", await till.see(`//button[normalize-space()="${name}" or @aria-label="${name}"]`));
}

/** When a process was started; milliseconds since 1970, on ten of them exact. */
function startOf(pid: number): number {
  const ticks = Number(stat(pid)[19]);
  const up = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
  return Date.now() - (up - ticks / TICKS_A_SECOND) * 1_000;
}

/** What Linux tells of a process, from its state on. */
function stat(pid: number): readonly string[] {
  const text = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

/** The memory of the till and of the processes that its window has. */
function used(till: number): readonly Reading[] {
  const all = readdirSync("/proc").map(Number).filter((pid) => pid > 0);
  const belongs = (pid: number) => pid === till || Number(stat(pid)[1]) === till;
  let [resident, whole] = [0, 0];
  const figures: Reading[] = [];
  for (const pid of all) {
    try {
      if (!belongs(pid)) continue;
      const rollup = readFileSync(`/proc/${String(pid)}/smaps_rollup`, "utf8");
      const mib = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(rollup)?.[1]) / 1_024;
      figures.push(["memory-desktop", readFileSync(`/proc/${String(pid)}/comm`, "utf8").trim(), mib("Pss"), "MiB", 1]);
      resident += mib("Rss");
      whole += mib("Pss");
    } catch {
      // It has ended meanwhile.
    }
  }
  return [["memory-desktop", "", whole, "MiB", 1], ["memory-desktop", "resident", resident, "MiB", 1], ...figures];
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
