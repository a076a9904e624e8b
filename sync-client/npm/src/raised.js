// What the master raises for people: tasks and notices; conflicts build on it.

export function refusal(code, message) {
  return { code, class: "attention", message, field: null };
}

export async function byStatus(client, collection, status) {
  const filter = [{ field: "status", op: "eq", value: status }];
  return (await client.query({ collection, filter, sort: { field: "raised_at", desc: true } })).items;
}

/** What the schema says of each field of a collection. */
export const fieldsOf = (client, collection) => client.schema.collections[collection]?.fields ?? {};

/** The fields that the schema has, of those with a value. */
export function known(client, collection, fields) {
  const has = fieldsOf(client, collection);
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => has[name] && value !== undefined));
}

export function tasks(client, status = "open") {
  return byStatus(client, "tasks", status);
}

export async function closeTask(client, { id, doc }, { action, note, user, approvedBy }) {
  const now = await client.get("tasks", id);
  if (now?.doc.status !== "open") throw refusal("already_closed", "somebody else has closed this already");
  if (now.doc.count !== doc.count) throw refusal("happened_again", "it happened again meanwhile: look once more");
  const closed = { closed_by: user ?? client.person?.id, closed_at: Date.now(), closed_count: doc.count };
  const fields = known(client, "tasks", { status: "closed", action, note, ...closed });
  const steps = [{ op: "patch", collection: "tasks", id, seen: doc, fields }];
  return client.record({ name: "close_task", user, approvedBy, steps });
}

export async function notices(client) {
  const open = await byStatus(client, "notices", "open");
  const done = await acknowledged(client);
  return open.filter(({ id, doc }) => !done.has(id) && !(doc.expires_at <= Date.now()));
}

/** For this device; others still show it. */
export async function acknowledge(client, { id }, { user } = {}) {
  if ((await acknowledged(client)).has(id)) return null;
  const [collection, field, owner] = acknowledgements(client);
  const doc = { [field]: id, [owner]: client.status().device?.id };
  const steps = [{ op: "insert", collection, id: client.constructor.newId(), doc }];
  return client.record({ name: "acknowledge_notice", user, steps });
}

async function acknowledged(client) {
  const [collection, field, owner] = acknowledgements(client);
  const value = client.status().device?.id;
  if (!collection || !value) return new Set();
  const { items } = await client.query({ collection, filter: [{ field: owner, op: "eq", value }] });
  return new Set(items.map(({ doc }) => doc[field]));
}

/** The collection whose records a device has for itself and which refer to notices, with both fields. */
function acknowledgements(client) {
  for (const [name, { kind, fields }] of Object.entries(client.schema.collections)) {
    const to = Object.keys(fields).find((field) => fields[field].type.ref === "notices");
    if (kind.owned && to) return [name, to, kind.owned.owner];
  }
  return [];
}
