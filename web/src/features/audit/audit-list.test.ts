import { expect, it } from "vitest";
import { FakeBackend } from "../../test/fake-backend";
import { AuditList } from "./audit-list";

async function listOf(backend: FakeBackend): Promise<AuditList> {
  const list = new AuditList(backend, {});
  await list.load();
  return list;
}

const fill = (backend: FakeBackend, entries: number) => {
  for (let n = 0; n < entries; n += 1) backend.write({});
};

it("holds back what is new while somebody reads further down", async () => {
  const backend = new FakeBackend(1);
  fill(backend, 3);
  const list = await listOf(backend);
  fill(backend, 2);
  await list.follow(false);
  expect([list.total, list.waiting, list.at(0)?.number]).toEqual([3, 2, 3]);
  fill(backend, 1);
  await list.follow(false);
  expect(list.waiting).toBe(3);
  list.takeIn();
  expect([list.total, list.waiting, list.at(0)?.number]).toEqual([6, 0, 6]);
});

it("fetches the next page when its place comes into sight", async () => {
  const backend = new FakeBackend(1);
  fill(backend, 150);
  const list = await listOf(backend);
  expect(list.total).toBe(101);
  list.show(90, 99);
  expect(backend.looks).toHaveLength(1);
  list.show(92, 100);
  await expect.poll(() => list.total).toBe(150);
  expect([list.at(149)?.number, list.complete]).toEqual([1, true]);
});

it("begins again rather than leave a hole when more came than a page holds", async () => {
  const backend = new FakeBackend(1);
  fill(backend, 3);
  const list = await listOf(backend);
  fill(backend, 120);
  await list.follow(true);
  await expect.poll(() => list.at(0)?.number).toBe(123);
  expect(list.at(99)?.number).toBe(24);
});

it("looks once where nothing is found, and shows what comes then", async () => {
  const backend = new FakeBackend(1);
  fill(backend, 3);
  const list = new AuditList(backend, { actor: "cleo" });
  await list.load();
  await list.follow(true);
  await list.follow(true);
  expect([list.total, backend.looks.map((look) => look.after ?? null)]).toEqual([0, [null, 3, 3]]);
  backend.write({ actor: "cleo" });
  await list.follow(true);
  expect(list.at(0)?.number).toBe(4);
});

it("asks less and less often while it fails", async () => {
  const backend = new FakeBackend(1);
  let asked = 0;
  backend.audit = () => {
    asked += 1;
    return Promise.reject(new Error("the disk is gone"));
  };
  const list = await listOf(backend);
  for (let tick = 0; tick < 20; tick += 1) await list.follow(true);
  expect([asked, list.total]).toEqual([4, null]);
});
