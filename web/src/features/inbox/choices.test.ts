import { expect, it } from "vitest";
import type { ConflictCard, FieldValue } from "../../sync/backend";
import { type Group, groupsOf, keepAll, keepPicked, type Side, standingOf } from "./choices";

function card(id: string, field: string | null, theirs: FieldValue, mine: FieldValue, record = "lantern"): ConflictCard {
  return {
    id,
    conflict: {
      collection: "products",
      record,
      field,
      step: "patch",
      was: null,
      theirs,
      theirs_actor: "olga",
      theirs_device: "till-1",
      theirs_device_name: "Till 1",
      theirs_at: 1,
      mine,
      device: "till-2",
      device_name: "Till 2",
      actor: "cleo",
      mutation: "edit_product",
      claimed_at: 1,
      raised_at: 2,
      status: "open",
      resolution: null,
      seen: null,
      resolved: null,
      resolved_by: null,
      resolved_at: null,
      rule: null,
    },
    label: "Lantern",
    actorName: "Cleo",
    theirsName: "Olga",
    resolverName: null,
    current: null,
    theirs,
    theirsAt: 1,
    mine,
    canKeepMine: true,
    seen: `seen ${id}`,
    pending: false,
  };
}

function only(cards: readonly ConflictCard[]): Group {
  const [group, ...others] = groupsOf(cards);
  if (group === undefined || others.length > 0) throw new Error("not one group");
  return group;
}

it("shows what one person changed of one record together", () => {
  const groups = groupsOf([card("a", "price", 260, 270), card("b", "price", 1, 2, "tea"), card("c", "name", "x", "y")]);
  expect(groups.map((group) => group.cards.map((each) => each.id))).toEqual([["a", "c"], ["b"]]);
  expect(keepAll(groups, "mine").map((each) => [each.id, each.choice])).toEqual([["a", "mine"], ["c", "mine"], ["b", "mine"]]);
});

it("waits until every line has a choice, and hands each over with what was seen", () => {
  const group = only([card("a", "price", 260, 270), card("c", "name", "x", "y")]);
  const picked = new Map<string, Side>([["a", "mine"]]);
  expect(keepPicked(group, picked)).toBeNull();
  expect(keepPicked(group, new Map([...picked, ["c", "theirs"]]))).toEqual([
    { id: "a", seen: "seen a", choice: "mine" },
    { id: "c", seen: "seen c", choice: "theirs" },
  ]);
});

it("takes a whole record apart into the fields that differ", () => {
  const group = only([card("a", null, { name: "x", price: 1, note: "old", code: "L" }, { name: "y", price: 2, code: "L" })]);
  expect(group.lines.map((line) => line.field)).toEqual(["name", "price", "note"]);
  const picked = new Map<string, Side>([["a/name", "mine"], ["a/price", "theirs"], ["a/note", "mine"]]);
  expect(keepPicked(group, picked)).toEqual([{ id: "a", seen: "seen a", choice: "value", value: { name: "y", price: 1, code: "L" } }]);
});

it("leaves a record whole of which one side is gone", () => {
  const group = only([card("a", null, null, { name: "y" })]);
  expect(group.lines).toHaveLength(1);
  expect(keepPicked(group, new Map([["a", "mine"]]))).toEqual([{ id: "a", seen: "seen a", choice: "mine" }]);
});

it("names whose the standing value is as long as it is theirs", () => {
  const one = card("a", "price", 260, 270);
  expect(standingOf(only([one, card("c", "name", "x", "y")]))?.theirsName).toBe("Olga");
  expect(standingOf(only([{ ...one, theirs: 280 }]))).toBeNull();
  expect(standingOf(only([one, { ...one, id: "b", conflict: { ...one.conflict, theirs_actor: "max" } }]))).toBeNull();
});
