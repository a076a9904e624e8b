/** Calls back whenever it happens, from now on; the answer ends that. */
export function on(client, event, listener) {
  const begin = EVENTS[event];
  if (!begin) throw { code: "malformed", class: "attention", message: `there is no event ${event}`, field: null };
  const number = begin(client, listener);
  return () => client.unsubscribe(number);
}

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
  changed: (client, tell) => client.onChange(({ collections }) => collections.forEach((name) => tell(name))),
  outcome: (client, tell) => client.onChange(({ outcomes }) => outcomes.forEach((outcome) => tell(outcome))),
  role_change: (client, tell) => client.onChange(({ roles }) => roles.forEach((role) => tell(role))),
  attention: (client, tell) => {
    const look = added(tell, ({ device, seq }) => device + seq);
    look(client.attention());
    return client.onStatus(() => look(client.attention()));
  },
  conflict: raised("conflicts"),
  task: raised("tasks"),
  notice: raised("notices"),
};
