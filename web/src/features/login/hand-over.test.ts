import { expect, it } from "vitest";
import type { Session } from "../../sync/backend";
import { FakeBackend } from "../../test/fake-backend";
import { TillStore } from "../till/till-store";
import { handOver } from "./hand-over";

const person = (employeeId: string, name: string): Session => ({ employeeId, name, role: "cashier", permissions: ["sell"], maxDiscount: 1000 });
const cleo = person("cleo", "Cleo Winter");
const marco = person("marco", "Marco Rossi");

async function tillWithCart() {
  const backend = new FakeBackend();
  const store = new TillStore(backend, null);
  await store.scan("20003");
  return { backend, store, device: null };
}

const names = (store: TillStore) => store.snapshot().cart.lines.map((line) => line.code);

it("holds the cart of who leaves and gives it back when they return", async () => {
  const places = await tillWithCart();
  expect(await handOver(places, cleo, marco)).toBe("Cart of Cleo Winter");
  expect(names(places.store)).toEqual([]);
  await places.store.scan("20005");
  expect(await handOver(places, marco, cleo)).toBe("Cart of Marco Rossi");
  expect(names(places.store)).toEqual(["20003"]);
});

it("leaves the cart to whom it belongs when they unlock", async () => {
  const places = await tillWithCart();
  expect(await handOver(places, cleo, cleo)).toBeNull();
  expect(names(places.store)).toEqual(["20003"]);
});

it("leaves the cart where nobody is known to have left", async () => {
  const places = await tillWithCart();
  expect(await handOver(places, null, marco)).toBeNull();
  expect(names(places.store)).toEqual(["20003"]);
});
