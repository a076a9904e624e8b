import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Doc, Product } from "../../sync/backend";
import { BackendError } from "../../sync/backend-error";
import { FakeBackend } from "../../test/fake-backend";
import { additionOf } from "./cart-edit";
import { KEPT_CART, TillStore } from "./till-store";

let backend: FakeBackend;
let till: TillStore;
let kept: Map<string, string>;

function open(): TillStore {
  return new TillStore(backend, {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  });
}
const product = async (index: number) => (await backend.get("products", `product-${String(index)}`)) as Doc as Product;
const names = () => till.snapshot().cart.lines.map((line) => [line.name, line.quantity]);

beforeEach(() => {
  backend = new FakeBackend(50);
  kept = new Map();
  till = open();
});

describe("the cart", () => {
  it("keeps a cart taken back before it stops being held", async () => {
    await till.scan("20000");
    const { id } = till.snapshot().cart;
    expect(await till.hold("Ada")).toBe(true);
    let keptWhenDropped: string | undefined;
    const drop = backend.dropHeld.bind(backend);
    backend.dropHeld = (held) => {
      keptWhenDropped = kept.get(KEPT_CART);
      return drop(held);
    };
    await till.recall(id);
    expect(keptWhenDropped).toContain(id);
    expect(till.snapshot().cart.id).toBe(id);
    expect((await backend.query({ collection: "held_sales" })).total).toBe(0);
  });

  it("gives back a held sale that another tab took in the same moment, and says who has it", async () => {
    await till.scan("20000");
    const { id } = till.snapshot().cart;
    await till.hold("Ada");
    backend.dropHeld = () => Promise.reject(new BackendError({ code: "nothing_to_record", class: "invalid", message: "gone" }));
    await expect(till.recall(id)).rejects.toMatchObject({ code: "held_sale_taken" });
    expect(till.snapshot().cart.lines).toEqual([]);
    expect(till.snapshot().cart.id).not.toBe(id);
    expect(kept.size).toBe(0);
  });

  it("keeps a cart taken back where nobody knows whether it is still held", async () => {
    await till.scan("20000");
    const { id } = till.snapshot().cart;
    await till.hold("Ada");
    backend.dropHeld = () => Promise.reject(new BackendError({ code: "tab_closed", class: "retry", message: "closed" }));
    await expect(till.recall(id)).rejects.toMatchObject({ code: "tab_closed" });
    expect(till.snapshot().cart.id).toBe(id);
    expect(kept.get(KEPT_CART)).toContain(id);
  });

  it("counts a second scan of a product on its line", async () => {
    await till.scan("20000");
    await till.scan("20005");
    await till.scan("20000");
    expect(names()).toEqual([
      ["White hanging heart T-light holder", 2000],
      ["Lunch bag black skull", 1000],
    ]);
  });

  it("works scans off in their order, however fast they come", async () => {
    await Promise.all(["20003", "20001", "20002"].map((code) => till.scan(code)));
    expect(till.snapshot().cart.lines.map((line) => line.code)).toEqual(["20003", "20001", "20002"]);
  });

  it("shows an unknown code as a row and takes it away with the next good scan", async () => {
    await till.scan("nonsense");
    expect(till.snapshot().scanProblems).toEqual([{ kind: "unknown", code: "nonsense" }]);
    expect(till.snapshot().cart.lines).toEqual([]);
    await till.scan("20000");
    expect(till.snapshot().scanProblems).toEqual([]);
  });

  it("takes a line out when its quantity falls to nothing, and puts it back on undo", async () => {
    await till.add(additionOf(await product(0)));
    await till.add(additionOf(await product(1)));
    const { cart } = till.snapshot();
    const line = cart.lines[0];
    if (line === undefined) throw new Error("no line");
    await till.step(line.id, -1000);
    await till.add(additionOf(await product(2)));
    await till.putBack(cart.id, line, 0);
    expect(till.snapshot().cart.lines.map((each) => each.code)).toEqual(["20000", "20001", "20002"]);
  });

  it("survives a reload", async () => {
    await till.scan("20000");
    till = open();
    expect(names()).toEqual([["White hanging heart T-light holder", 1000]]);
  });

  it("does not come back after a reload when its sale was recorded just before", async () => {
    await till.scan("20000");
    const text = kept.get(KEPT_CART) ?? "";
    await till.payExactCash();
    kept.set(KEPT_CART, text);
    till = open();
    await till.resume();
    expect(till.snapshot().cart.lines).toEqual([]);
    // Nobody may have seen the answer: the screen says that it is sold.
    expect(till.snapshot().done?.receipt.id).toBe(backend.completed[0]?.cart.id);
  });

  it("is another cart after a reload where it was sold elsewhere with other goods", async () => {
    await till.scan("20000");
    const { id } = till.snapshot().cart;
    const one = kept.get(KEPT_CART) ?? "";
    await till.scan("20001");
    const two = kept.get(KEPT_CART) ?? "";
    kept.set(KEPT_CART, one);
    const other = open();
    await other.resume();
    await other.payExactCash();
    kept.set(KEPT_CART, two);
    till = open();
    await till.resume();
    expect(till.snapshot().cart.lines).toHaveLength(2);
    expect(till.snapshot().cart.id).not.toBe(id);
    expect(till.snapshot().done).toBeNull();
  });
});

describe("paying", () => {
  it("makes one sale of a storm of presses", async () => {
    await till.scan("20000");
    let release = () => {};
    backend.beforeComplete = () => new Promise((resolve) => (release = resolve));
    const presses = Array.from({ length: 20 }, () => till.payExactCash());
    await vi.waitFor(() => expect(till.snapshot().paying).toBe(true));
    release();
    const done = (await Promise.all(presses)).filter((sale) => sale !== null);
    await till.payExactCash();
    expect(done).toHaveLength(1);
    expect(backend.completed).toHaveLength(1);
  });

  it("starts a new cart with a new id and keeps the change on show until the next product", async () => {
    await till.scan("20000");
    const first = till.snapshot().cart.id;
    await till.pay([{ method: "cash", tendered: 10_000 }]);
    expect(till.snapshot().cart.id).not.toBe(first);
    expect(till.snapshot().done?.change).toBe(10_000 - 85);
    await till.scan("20001");
    expect(till.snapshot().done).toBeNull();
  });

  it("keeps the cart and arms Pay again when the sale is refused", async () => {
    await till.scan("20000");
    backend.beforeComplete = () => Promise.reject(new Error("disk full"));
    expect(await till.payExactCash()).toBeNull();
    expect(till.snapshot().paying).toBe(false);
    expect(till.snapshot().error?.message).toBe("Disk full.");
    expect(till.snapshot().cart.lines).toHaveLength(1);
  });

  it("makes a new sale of a cart whose sale has other goods, and sells nothing before Pay is pressed again", async () => {
    await till.scan("20000");
    const { cart } = till.snapshot();
    await till.approve({ permission: "discount", employeeId: "e", name: "Sam", at: 0, token: "t" });
    backend.beforeComplete = () => Promise.reject(new BackendError({ code: "cart_already_sold", class: "invalid", message: "Sold as S01." }));
    expect(await till.payExactCash()).toBeNull();
    expect(till.snapshot().error?.message).toBe("Sold as S01.");
    expect(till.snapshot().cart.lines).toEqual(cart.lines);
    expect(till.snapshot().cart.id).not.toBe(cart.id);
    expect(till.snapshot().cart.approvals).toEqual([]);
    expect(kept.get(KEPT_CART)).toContain(till.snapshot().cart.id);
    expect(backend.completed).toEqual([]);
    backend.beforeComplete = () => Promise.resolve();
    expect(await till.payExactCash()).not.toBeNull();
    expect(backend.completed.map((sale) => sale.cart.id)).not.toContain(cart.id);
  });

  it("lets a scan wait until the sale in hand is recorded", async () => {
    await till.scan("20000");
    let release = () => {};
    backend.beforeComplete = () => new Promise((resolve) => (release = resolve));
    const paid = till.payExactCash();
    await vi.waitFor(() => expect(till.snapshot().paying).toBe(true));
    const scanned = till.scan("20001");
    release();
    await Promise.all([paid, scanned]);
    expect(backend.completed[0]?.cart.lines.map((line) => line.code)).toEqual(["20000"]);
    expect(till.snapshot().cart.lines.map((line) => line.code)).toEqual(["20001"]);
  });

  it("closes nothing between a scan and its row", async () => {
    await till.scan("20000");
    const scanned = till.scan("20001");
    expect(till.snapshot().lookingUp).toBe(1);
    expect(await till.payExactCash()).toBeNull();
    expect(await till.hold("Ada")).toBe(false);
    await scanned;
    await till.payExactCash();
    expect(backend.completed[0]?.cart.lines.map((line) => line.code)).toEqual(["20000", "20001"]);
  });

  it("puts a product touched while the sale is recorded into the next cart", async () => {
    await till.scan("20000");
    let release = () => {};
    backend.beforeComplete = () => new Promise((resolve) => (release = resolve));
    const paid = till.payExactCash();
    await vi.waitFor(() => expect(till.snapshot().paying).toBe(true));
    const added = till.add(additionOf(await product(1)));
    release();
    await Promise.all([paid, added]);
    expect(till.snapshot().cart.lines.map((line) => line.code)).toEqual(["20001"]);
  });

  it("lets a scan wait until the cart in hand is put aside", async () => {
    await till.scan("20000");
    const held = till.hold("Ada");
    const scanned = till.scan("20001");
    await Promise.all([held, scanned]);
    expect(till.snapshot().cart.lines.map((line) => line.code)).toEqual(["20001"]);
  });

  it("takes exact cash for the cart as it is, not for a total that is on its way", async () => {
    await till.scan("20000");
    const [line] = till.snapshot().cart.lines;
    if (line === undefined) throw new Error("no line");
    void till.step(line.id, 1000);
    const done = await till.payExactCash();
    expect(done?.receipt.total).toBe(2 * 85);
    expect(done?.change).toBe(0);
  });

  it("never restores a cart that was sold", async () => {
    await till.scan("20000");
    const before = till.snapshot().cart;
    await till.payExactCash();
    await till.restore(before);
    expect(till.snapshot().cart.lines).toEqual([]);
  });
});
