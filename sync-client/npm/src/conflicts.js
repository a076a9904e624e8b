import { byStatus, fieldsOf, known, refusal } from "./raised.js";

export async function conflicts(client, status = "open") {
  const found = await byStatus(client, "conflicts", status);
  return Promise.all(found.map((item) => shown(client, item)));
}

/** One mutation for all of them; each is decided for itself. */
export async function resolve(client, choices, { user, approvedBy } = {}) {
  const steps = [];
  for (const choice of choices) {
    const { id, theirs } = choice.conflict;
    const now = await client.get("conflicts", id);
    if (now?.doc.status !== "open") throw refusal("already_resolved", "somebody else has resolved this already");
    const conflict = await shown(client, now);
    if (!same(conflict.theirs, theirs)) throw refusal("changed_meanwhile", "it was changed again meanwhile: look at the new value");
    steps.push(...carriedOut(client, conflict, choice, user ?? client.person?.id));
  }
  return client.record({ name: "resolve_conflict", user, approvedBy, steps });
}

/** A conflict side by side: what stands, and what keeping the other side makes of it. */
async function shown(client, { id, doc, pending }) {
  const { collection, record, field, step, mine, was } = doc;
  const current = await client.get(collection, record);
  const own = current && ownFields(client, collection, current.doc);
  const theirs = own ? (field ? own[field] : own) : undefined;
  const card = { id, collection, record, field, was, theirs, mine: wanted(step, field, mine, theirs), current, pending, doc };
  return { ...card, canKeepMine: change(client, card, card.mine) !== GONE };
}

function wanted(step, field, mine, theirs) {
  if (step === "delete") return undefined;
  if (step === "add") return (theirs ?? 0) + mine;
  if (step !== "patch" || field) return mine;
  // What was archived comes back with the edit.
  const { archived, ...rest } = theirs ?? {};
  return { ...rest, ...mine };
}

const GONE = "gone";

function carriedOut(client, conflict, { keep, value }, user) {
  const { theirs } = conflict;
  const resolved = keep === "theirs" ? theirs : keep === "mine" ? conflict.mine : (value ?? undefined);
  const step = change(client, conflict, resolved);
  if (step === GONE) throw refusal("gone", "the record is gone: keep it so, or make a new one");
  const fields = { status: "resolved", resolution: keep ?? "merged", seen: theirs, resolved, resolved_by: user, resolved_at: Date.now() };
  const patch = { op: "patch", collection: "conflicts", id: conflict.id, seen: { status: "open" }, fields: known(client, "conflicts", fields) };
  return step ? [patch, step] : [patch];
}

/** The step that makes what stands into what was chosen, where there is any. */
function change(client, { collection, record: id, field, theirs, current }, chosen) {
  if (same(chosen, theirs)) return null;
  const at = { collection, id };
  if (field) return current ? { op: "patch", ...at, seen: { [field]: theirs }, fields: { [field]: chosen ?? null } } : GONE;
  if (chosen === undefined) return { op: "delete", ...at };
  if (current) {
    const none = Object.fromEntries(Object.keys(theirs).map((name) => [name, null]));
    return { op: "patch", ...at, seen: theirs, fields: { ...none, ...chosen } };
  }
  // It comes back whole, and only where nothing is derived for it.
  const fields = Object.entries(fieldsOf(client, collection));
  const whole = fields.every(([name, { projected, required }]) => !projected && (!required || name in chosen));
  return whole ? { op: "insert", ...at, doc: chosen } : GONE;
}

function ownFields(client, collection, doc) {
  const fields = fieldsOf(client, collection);
  return Object.fromEntries(Object.entries(doc).filter(([name]) => !fields[name]?.projected));
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
