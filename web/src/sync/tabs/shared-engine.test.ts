import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakeEngine } from "../../test/fake-engine";
import { Roads } from "../../test/roads";
import { asking, type Life } from "./life";
import { SharedEngine } from "./shared-engine";

const OTHER_TAB = { connection: { state: "other_tab" } };
const ONLINE = { connection: { state: "online" } };

/** Time passes only where a test lets it. */
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);
/** Whatever is under way arrives. */
const settled = () => seconds(0);

class Tabs {
  readonly roads = new Roads();
  readonly sales = new Set<string>();
  #watched: { readonly tab: string; readonly end: () => void }[] = [];

  /** Opens a tab; with locks it is known at once when another one has gone. */
  async open(self: string, { working = false, build = "one", locks = true } = {}) {
    const own = new FakeEngine(this.sales);
    own.work(working);
    const road = this.roads.of(self);
    const gone = (tab: string) => new Promise<void>((end) => this.#watched.push({ tab, end }));
    const locked: Life = { passesOn: true, gone };
    const opening = SharedEngine.open({
      ...{ road, self, build, own },
      life: locks ? locked : asking(self, road, 2_000),
      forTab: () => own.forTab(),
    });
    await seconds(1);
    return { own, engine: await opening };
  }

  close(self: string): void {
    this.roads.close(self);
    this.takenForClosed(self);
  }

  takenForClosed(self: string): void {
    const ended = this.#watched.filter((watched) => watched.tab === self);
    this.#watched = this.#watched.filter((watched) => watched.tab !== self);
    for (const { end } of ended) end();
  }
}

async function twoTabs(locks = true) {
  const tabs = new Tabs();
  const first = await tabs.open("first", { working: true, locks });
  return { tabs, first, second: await tabs.open("second", { locks }) };
}

it("works through the tab that works, each tab with a person of its own", async () => {
  const { tabs, first, second } = await twoTabs();
  await first.engine.call("login", ["marco", "2222"]);
  await second.engine.call("login", ["cleo", "1111"]);
  expect(await first.engine.call("completeSale", ["cart-1"])).toBe("marco");
  expect(await second.engine.call("completeSale", ["cart-2"])).toBe("cleo");
  expect([...tabs.sales]).toEqual(["cart-1", "cart-2"]);
  const seen = vi.fn();
  await second.engine.listen("subscribe", [{}], seen);
  expect(seen.mock.lastCall).toEqual([2]);
  expect(await second.engine.call("status", [])).toEqual(ONLINE);
});

it("goes on by itself when the tab that worked is gone: same person, same listeners, no sale twice", async () => {
  const { tabs, first, second } = await twoTabs();
  await second.engine.call("login", ["cleo", "1111"]);
  const [status, sold] = [vi.fn(), vi.fn()];
  await second.engine.listen("onStatus", [], status);
  await second.engine.listen("subscribe", [{}], sold);
  for (const serving of first.own.serving) serving.silent = true;
  const sale = second.engine.call("completeSale", ["cart-1"]);
  const stock = expect(second.engine.call("adjustStock", [{}])).rejects.toMatchObject({ code: "tab_closed" });
  await settled();
  expect(tabs.sales.size).toBe(1);
  tabs.close("first");
  // Whether the stock was adjusted nobody can say; the sale was recorded, and is asked for once more.
  await stock;
  await seconds(5);
  second.own.work(true);
  expect(await sale).toBe("cleo");
  expect([...tabs.sales]).toEqual(["cart-1"]);
  await settled();
  expect(sold.mock.lastCall).toEqual([1]);
  expect(status.mock.calls.flat()).not.toContainEqual(OTHER_TAB);
});

it("follows to the tab that works next, and the one before becomes one of those who ask", async () => {
  const { tabs, first, second } = await twoTabs();
  const third = await tabs.open("third");
  await third.engine.call("login", ["sam", "3333"]);
  // Taken over by the second.
  first.own.work(false);
  expect(first.own.serving).toEqual([]);
  second.own.work(true);
  expect(await third.engine.call("completeSale", ["cart-1"])).toBe("sam");
  await first.engine.call("login", ["marco", "2222"]);
  expect(await first.engine.call("completeSale", ["cart-2"])).toBe("marco");
  expect(second.own.serving).toHaveLength(2);
});

it("does not work through another build, and says that another tab works", async () => {
  const { tabs } = await twoTabs();
  const other = await tabs.open("other", { build: "two" });
  const status = vi.fn();
  await other.engine.listen("onStatus", [], status);
  expect(status.mock.lastCall).toEqual([OTHER_TAB]);
  await expect(other.engine.call("completeSale", ["cart-1"])).rejects.toMatchObject({ code: "other_tab" });
});

it("refuses what waits and says that another tab works when one of another build has taken over", async () => {
  const { tabs, first, second } = await twoTabs();
  const third = await tabs.open("third", { build: "two" });
  await second.engine.call("login", ["cleo", "1111"]);
  const status = vi.fn();
  await second.engine.listen("onStatus", [], status);
  for (const serving of first.own.serving) serving.silent = true;
  const sale = expect(second.engine.call("completeSale", ["cart-1"])).rejects.toMatchObject({ code: "other_tab" });
  await settled();
  first.own.work(false);
  third.own.work(true);
  await seconds(1);
  await sale;
  expect(status.mock.lastCall).toEqual([OTHER_TAB]);
  // Its page has begun anew: a tab that works later knows nobody.
  third.own.work(false);
  first.own.work(true);
  await settled();
  expect(status.mock.lastCall).toEqual([ONLINE]);
  expect(first.own.serving.map((other) => other.person)).toEqual([null]);
});

it("is not left waiting for a tab that was closed where the browser tells nobody", async () => {
  const { tabs, first, second } = await twoTabs(false);
  await second.engine.call("login", ["cleo", "1111"]);
  const status = vi.fn();
  await second.engine.listen("onStatus", [], status);
  expect(status.mock.lastCall).toEqual([ONLINE]);
  await seconds(60);
  expect(first.own.serving).toHaveLength(1);
  const stock = expect(second.engine.call("adjustStock", [{}])).rejects.toMatchObject({ code: "tab_closed" });
  tabs.close("first");
  const sale = expect(second.engine.call("completeSale", ["cart-1"])).rejects.toMatchObject({ code: "other_tab" });
  await seconds(14);
  await Promise.all([stock, sale]);
  expect(status.mock.lastCall).toEqual([OTHER_TAB]);
  // Somebody takes over here and logs in.
  second.own.work(true);
  await second.engine.call("login", ["cleo", "1111"]);
  expect(await second.engine.call("completeSale", ["cart-1"])).toBe("cleo");
  expect([...tabs.sales]).toEqual(["cart-1"]);
});

it("is served again where the tab that works took it for closed", async () => {
  const { tabs, first, second } = await twoTabs();
  await second.engine.call("login", ["cleo", "1111"]);
  tabs.takenForClosed("second");
  await settled();
  expect(first.own.others.map((other) => other.left)).toEqual([true, false]);
  expect(await second.engine.call("completeSale", ["cart-1"])).toBe("cleo");
});

it("is one session however often a busy tab was asked for it", async () => {
  const tabs = new Tabs();
  const first = await tabs.open("first", { working: true });
  const thaw = tabs.roads.freeze("first");
  const second = await tabs.open("second");
  await seconds(7);
  thaw();
  await settled();
  expect(tabs.roads.said("attach")).toBeGreaterThan(3);
  await second.engine.call("login", ["cleo", "1111"]);
  expect(await second.engine.call("completeSale", ["cart-1"])).toBe("cleo");
  expect(first.own.others).toHaveLength(1);
});

it("keeps nothing of what was listened to once it has ended", async () => {
  const { first, second } = await twoTabs();
  const listened = async () => {
    const number = await second.engine.listen("subscribe", [{}], vi.fn());
    await settled();
    return number;
  };
  const before = first.own.serving.map((other) => other.listeners);
  for (let round = 0; round < 20; round++) await second.engine.call("unsubscribe", [await listened()]);
  await settled();
  expect(first.own.serving.map((other) => other.listeners)).toEqual(before);
  await listened();
  second.own.work(true);
  await settled();
  expect(first.own.serving).toEqual([]);
});

it("logs out in the tab that works next too", async () => {
  const { first, second } = await twoTabs();
  await first.engine.call("login", ["marco", "2222"]);
  first.own.work(false);
  second.own.work(true);
  await settled();
  await first.engine.call("logout", []);
  second.own.work(false);
  first.own.work(true);
  await settled();
  expect(first.own.person).toBeNull();
  await expect(first.engine.call("completeSale", ["cart-1"])).rejects.toMatchObject({ code: "logged_out" });
});

it("logs nobody in by the answer of an engine that has ended since", async () => {
  const { first, second } = await twoTabs();
  let checked = () => undefined as void;
  first.own.pin = new Promise((done) => (checked = done));
  const login = expect(first.engine.call("login", ["marco", "2222"])).rejects.toMatchObject({ code: "tab_closed" });
  first.own.work(false);
  second.own.work(true);
  await settled();
  checked();
  await login;
  await expect(first.engine.call("completeSale", ["cart-1"])).rejects.toMatchObject({ code: "logged_out" });
});

it("sells through the tab that has replaced it, which its own engine is the first to notice", async () => {
  const { tabs, first, second } = await twoTabs(false);
  await first.engine.call("login", ["marco", "2222"]);
  second.own.work(true);
  first.own.fenced = true;
  const sale = first.engine.call("completeSale", ["cart-1"]);
  // Only what may be asked twice is; for anything else a person looks.
  const stock = expect(first.engine.call("adjustStock", [{}])).rejects.toMatchObject({ code: "storage_held" });
  await settled();
  await stock;
  expect(tabs.sales.size).toBe(0);
  first.own.work(false);
  expect(await sale).toBe("marco");
  expect([...tabs.sales]).toEqual(["cart-1"]);
});

it("leaves the tabs that ask it to another when its own engine has failed", async () => {
  const { tabs, first, second } = await twoTabs();
  await second.engine.call("login", ["cleo", "1111"]);
  const status = vi.fn();
  await second.engine.listen("onStatus", [], status);
  first.own.fail();
  await seconds(20);
  expect(status.mock.lastCall).toEqual([OTHER_TAB]);
  // Loaded again it does not come back to the one that failed.
  const third = await tabs.open("third");
  await expect(third.engine.call("completeSale", ["cart-1"])).rejects.toMatchObject({ code: "other_tab" });
  // Taken over.
  second.own.work(true);
  await second.engine.call("login", ["cleo", "1111"]);
  expect(await second.engine.call("completeSale", ["cart-1"])).toBe("cleo");
});
