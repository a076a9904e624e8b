import { refusal } from "./raised.js";

/** Calls back whenever it happens, from now on; the answer ends that. */
export function on(client, event, listener) {
  const begin = EVENTS[event] ?? ofRecords(client, event);
  if (!begin) throw refusal("malformed", `there is no event ${event}`);
  const number = begin(client, listener);
  return () => client.unsubscribe(number);
}

/** One of a collection: what `products` holds is a `product`. */
const singular = (many) => many.replace(/ies$/, "y").replace(/(ch|sh|ss|x)es$|s$/, "$1");

/** What became of the records of one collection: `product:updated`. */
function ofRecords({ schema }, event) {
  const [, one, kind] = /(.+):(created|updated|deleted)$/.exec(event) ?? [];
  const wanted = Object.keys(schema.collections).find((name) => singular(name) === one);
  return wanted && each("records", ({ collection, change }) => collection === wanted && change === kind);
}

/** One kind of what changed, where it is such. */
const each = (part, such = () => true) => (client, tell) =>
  client.onChange((change) => change[part].filter(such).forEach((one) => tell(one)));

/** A connection that is another one, where it is such. */
const turned = (such) => (client, tell) => {
  let before;
  return client.onStatus(({ connection }) => {
    const now = JSON.stringify(connection);
    if (before !== undefined && before !== now && such(connection)) tell(connection);
    before = now;
  });
};

/** What was not there at the last look, by its key. */
const added = (tell, key) => {
  let before;
  return (items) => {
    const now = new Set(items.map(key));
    if (before) items.filter((item) => !before.has(key(item))).forEach((item) => tell(item));
    before = now;
  };
};

/** What is open, and what happened once more. */
const raised = (collection) => (client, tell) => {
  const look = added(tell, ({ id, version }) => id + version);
  const filter = [{ field: "status", op: "eq", value: "open" }];
  return client.subscribe({ collection, filter }, ({ items }) => look(items));
};

const EVENTS = {
  status: (client, tell) => client.onStatus(tell),
  connection: turned(() => true),
  paused: turned(({ state }) => state === "paused"),
  upgrade_needed: turned(({ reason }) => reason === "needs_upgrade"),
  other_tab: turned(({ state }) => state === "other_tab"),
  failed: turned(({ state }) => state === "failed"),
  changed: each("collections"),
  outcome: each("outcomes"),
  role_change: each("roles"),
  attention: (client, tell) => {
    const look = added(tell, ({ device, seq }) => device + seq);
    look(client.attention());
    return client.onStatus(() => look(client.attention()));
  },
  conflict: raised("conflicts"),
  task: raised("tasks"),
  notice: raised("notices"),
};
