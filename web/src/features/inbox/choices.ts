import type { Chosen, ConflictCard, FieldValue, Id } from "../../sync/backend";

export type Side = "theirs" | "mine";

/** One line of a card: a field, or the whole record where one side of it is gone. */
export interface Line {
  readonly key: string;
  readonly card: ConflictCard;
  /** `null`: all of it. */
  readonly field: string | null;
  readonly was: FieldValue;
  readonly theirs: FieldValue;
  readonly mine: FieldValue;
}

/** What one person changed of one record: shown and settled together. */
export interface Group {
  readonly key: string;
  readonly cards: readonly [ConflictCard, ...ConflictCard[]];
  readonly lines: readonly Line[];
  readonly canKeepMine: boolean;
}

/** Cards about the same record and from the same device, in the order in which they came. */
export function groupsOf(cards: readonly ConflictCard[]): readonly Group[] {
  const groups = new Map<string, [ConflictCard, ...ConflictCard[]]>();
  for (const card of cards) {
    const { collection, record, device } = card.conflict;
    const key = `${collection}/${record}/${device}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [card]);
    else group.push(card);
  }
  return [...groups].map(([key, found]) => ({
    key,
    cards: found,
    lines: found.flatMap(linesOf),
    canKeepMine: found.every((card) => card.canKeepMine),
  }));
}

/** Whose the standing values are: `null` where that is several people, or changed since it was found out. */
export function standingOf(group: Group): ConflictCard | null {
  const [first] = group.cards;
  const known = group.cards.every(
    (card) => isSame(card.theirs, card.conflict.theirs) && card.conflict.theirs_actor === first.conflict.theirs_actor,
  );
  return known && first.theirsName !== null ? first : null;
}

function linesOf(card: ConflictCard): readonly Line[] {
  const { id, theirs, mine, conflict } = card;
  if (conflict.field !== null) {
    return [{ key: id, card, field: conflict.field, was: conflict.was, theirs, mine }];
  }
  if (!isRecord(theirs) || !isRecord(mine)) {
    return [{ key: id, card, field: null, was: null, theirs, mine }];
  }
  const fields = [...new Set([...Object.keys(theirs), ...Object.keys(mine)])];
  const differing = fields.filter((field) => !isSame(theirs[field] ?? null, mine[field] ?? null));
  return differing.map((field) => ({
    key: `${id}/${field}`,
    card,
    field,
    was: null,
    theirs: theirs[field] ?? null,
    mine: mine[field] ?? null,
  }));
}

/** The same choice for everything in some groups. */
export function keepAll(groups: readonly Group[], side: Side): readonly Chosen[] {
  return groups.flatMap(({ cards }) => cards.map(({ id, seen }) => ({ id, seen, choice: side })));
}

/** What was picked line by line; `null` while a line is left. */
export function keepPicked(group: Group, picked: ReadonlyMap<string, Side>): readonly Chosen[] | null {
  if (group.lines.some((line) => !picked.has(line.key))) return null;
  return group.cards.map((card) => {
    const { id, seen } = card;
    const lines = group.lines.filter((line) => line.card === card);
    const mine = lines.filter((line) => picked.get(line.key) === "mine");
    if (mine.length === 0) return { id, seen, choice: "theirs" };
    if (mine.length === lines.length) return { id, seen, choice: "mine" };
    return { id, seen, choice: "value", value: mixed(card, mine) };
  });
}

/** What stands, with some fields of the other side. */
function mixed(card: ConflictCard, mine: readonly Line[]): FieldValue {
  const whole: Record<string, FieldValue> = { ...(isRecord(card.theirs) ? card.theirs : {}) };
  for (const line of mine) {
    if (line.field === null) continue;
    // A field without a value is not there.
    if (line.mine === null) delete whole[line.field];
    else whole[line.field] = line.mine;
  }
  return whole;
}

export function isSame(one: FieldValue, other: FieldValue): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function isRecord(value: FieldValue): value is Readonly<Record<Id, FieldValue>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
