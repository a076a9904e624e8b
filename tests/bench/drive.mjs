// Drives Chromium for `cargo xtask bench`. Reads one line of JSON per thing to do from stdin and
// answers each with a line: `{readings: [[variant, value, unit, n], …]}` or `{error}`. In between it
// may ask for something with `{ask}`, which is answered by one line of text.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { serve } from "./serve.mjs";

const { root, port, url, user } = JSON.parse(process.argv[2]);
const { chromium } = createRequire(join(root, "web/package.json"))("playwright-core");
const WATCH_BLOCKS = `
  globalThis.blocks = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) blocks.push(entry.duration);
  }).observe({ type: "longtask", buffered: true });
`;

const server = await serve(root, port);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
});
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const schema = await (await fetch(`${url}/v1/schema`)).json();

/** Pages that stay open between two things to do, by name. */
const kept = new Map();

/** A page in a browser profile of its own, and the functions of `work.js` behind it. */
async function open(place = "worker") {
  const context = await browser.newContext();
  const page = await context.newPage();
  const troubles = [];
  page.on("pageerror", (error) => troubles.push(String(error)));
  await page.addInitScript(WATCH_BLOCKS);
  await page.goto(`http://localhost:${port}/page.html`);
  await page.evaluate((where) => globalThis.begin(where), place);
  return {
    page,
    /** Calls a function of `work.js` where the client lives. */
    async call(name, argument = {}) {
      const answer = await page.evaluate(([name, argument]) => globalThis.work(name, argument), [name, argument]);
      if (troubles.length > 0) throw new Error(troubles.join("\n"));
      return answer;
    },
    /** Joins the shop with a client, which has everything afterwards; milliseconds. */
    async join() {
      const code = await ask("code");
      return this.call("join", { url, schema, code });
    },
    close: () => context.close(),
  };
}

/** One page for several measurements. */
async function keep(name, prepare = () => undefined) {
  if (!kept.has(name)) {
    const tab = await open();
    kept.set(name, tab);
    await prepare(tab);
  }
  return kept.get(name);
}

const joined = (tab) => tab.join();

/** What can be done. */
const DONE = {
  async catchup({ count, size, place }) {
    const tab = await open(place);
    const ms = await tab.join();
    const found = await tab.call("count");
    if (found !== count) throw new Error(`${found} of ${count} products came`);
    const blocks = await tab.page.evaluate(() => globalThis.blocks);
    await tab.close();
    const name = place === "page" ? `${size}-page` : size;
    return [
      [name, ms / 1_000, "s", 1],
      [`${name}-indexed`, ms / 1_000, "s", 1],
      [`${name}-block`, Math.max(0, ...blocks), "ms", 1],
    ];
  },

  async rawCatchup({ count, size, place }) {
    const tab = await open();
    const plain = await tab.call("rawInsert", { count, indexed: false });
    const indexed = await tab.call("rawInsert", { count, indexed: true });
    await tab.close();
    const name = place === "page" ? `${size}-page` : size;
    return [
      [name, plain / 1_000, "s", 1],
      [`${name}-indexed`, indexed / 1_000, "s", 1],
    ];
  },

  async enqueue({ count }) {
    // Without the master: what it decides meanwhile would take its part of the processors.
    const tab = await keep("enqueue", async (fresh) => {
      await fresh.join();
      await ask("stop");
    });
    return percentiles("", await tab.call("record", { user, count, together: false }), [50, 99]);
  },

  async rawEnqueue({ count }) {
    const tab = await keep("raw");
    return percentiles("", await tab.call("rawStrict", { count }), [50, 99]);
  },

  async drain({ count }) {
    const tab = await keep("drain", joined);
    await ask("stop");
    await tab.call("record", { user, count, together: true });
    await ask("start");
    const ms = await tab.call("drain", { count });
    return [["", ms / 1_000, "s", count]];
  },

  async rawDrain({ count, sample }) {
    const tab = await keep("raw");
    const times = await tab.call("rawStrict", { count: sample });
    const all = times.reduce((sum, ms) => sum + ms, 0);
    return [["", ((all / sample) * count) / 1_000, "s", sample]];
  },

  async query({ size, questions }) {
    const tab = await keep("query", joined);
    return kinds(size, await tab.call("query", questions));
  },

  async rawQuery({ count, size, questions }) {
    const tab = await keep("rawQuery", (fresh) => fresh.call("rawInsert", { count, indexed: true }));
    return kinds(size, await tab.call("rawQuery", questions));
  },

  async memory({ size }) {
    const tab = await open();
    const empty = await memory();
    await tab.join();
    await tab.call("ask", {});
    const full = await memory();
    await tab.close();
    return [
      ["empty", empty, "MiB", 1],
      [size, full, "MiB", 1],
    ];
  },
};

/** The resident memory of the page's process, its worker included: the largest of the browser's pages, as there is no other one. */
async function memory() {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const resident = processInfo
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0));
  return Math.max(...resident) / 1_024;
}

function kinds(size, times) {
  return Object.entries(times).flatMap(([kind, each]) => percentiles(`${size}-${kind}-`, each, [50, 95]));
}

function percentiles(prefix, times, wanted) {
  const sorted = [...times].sort((a, b) => a - b);
  return wanted.map((percent) => {
    const at = Math.max(Math.ceil((sorted.length * percent) / 100), 1) - 1;
    return [`${prefix}p${percent}`, sorted[at] ?? 0, "ms", sorted.length];
  });
}

async function ask(what) {
  tell({ ask: what });
  const { value, done } = await lines.next();
  if (done) throw new Error("nobody answers");
  return value;
}

function tell(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

tell({ readings: [] });
for (let next = await lines.next(); !next.done; next = await lines.next()) {
  const { what, ...how } = JSON.parse(next.value);
  try {
    tell({ readings: await DONE[what](how) });
  } catch (error) {
    tell({ error: String(error?.stack ?? error) });
  }
}
await browser.close();
server.close();
