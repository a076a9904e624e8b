// Everything that the package offers, as a program uses it. Compiled and never run: `check.mjs`
// compiles it against the types, and finds what is missing here.
import {
  Client,
  type AttentionEntry,
  type Change,
  type ClientError,
  type Conflict,
  type Connection,
  type Doc,
  type Events,
  type Fetched,
  type Id,
  type Outcome,
  type Person,
  type QueryResult,
  type RecordChange,
  type Recorded,
  type RoleChange,
  type Status,
  init,
} from "@tillsync/client";
import {
  ClientProvider,
  useClient,
  useConflicts,
  useDoc,
  useEvent,
  useNotices,
  useQuery,
  useStatus,
  useTasks,
} from "@tillsync/client/react";
import type { ReactElement } from "react";

/** Fails to compile where the value is of any other type. */
function is<T>() {
  return <U>(_value: U, _same: [T, U] extends [U, T] ? true : never): void => undefined;
}

export async function open(schema: object): Promise<Client> {
  await init();
  // @ts-expect-error the address of the master is needed
  await Client.open({ schema });
  return Client.open({
    url: "https://shop.example",
    schema: schema as Parameters<typeof Client.open>[0]["schema"],
    name: "second",
    deviceName: "Wall",
    deviceKind: "dashboard",
    app: "board 1.0",
    takeOver: false,
    wait: true,
  });
}

export async function record(client: Client, user: Id): Promise<void> {
  const id = Client.newId();
  is<Id>()(id, true);
  const recorded = await client.record({
    name: "add_note",
    user,
    steps: [
      { op: "insert", collection: "notes", id, doc: { text: "Milk is out", tags: ["dairy"] } },
      { op: "patch", collection: "notes", id, seen: { text: "Milk" }, fields: { text: null } },
      { op: "add", collection: "notes", id, field: "count", delta: 1 },
      { op: "delete", collection: "notes", id },
    ],
  });
  is<Recorded>()(recorded, true);
  // @ts-expect-error a document holds no null
  await client.record({ name: "add_note", steps: [{ op: "insert", collection: "notes", id, doc: { text: null } }] });
  // @ts-expect-error whose work it is, is not the caller's to claim as checked
  await client.record({ name: "add_note", verified: "pin", steps: [] });
}

export async function read(client: Client, id: Id): Promise<void> {
  is<Doc | null>()(await client.get("notes", id), true);
  const query = {
    collection: "notes",
    filter: [{ field: "status", op: "eq", value: "open" }],
    search: "milk",
    sort: { field: "at", desc: true },
    limit: 10,
    offset: 0,
  } as const;
  is<QueryResult>()(await client.query({ ...query, filter: [...query.filter] }), true);
  const number = client.subscribe({ collection: "notes" }, ({ items, total }) => {
    is<Doc[]>()(items, true);
    is<number>()(total, true);
  });
  client.unsubscribe(number);
  is<Fetched[]>()(await client.fetch("notes", [id]), true);
  is<unknown>()(await client.request("/v1/notes"), true);
  await client.request("/v1/notes", { text: "Milk" });
}

export function follow(client: Client): () => void {
  is<Status>()(client.status(), true);
  client.onStatus((status) => is<Connection>()(status.connection, true));
  client.onChange((change) => is<Change>()(change, true));
  const ends = [
    client.on("status", (what) => is<Status>()(what, true)),
    client.on("connection", (what) => is<Connection>()(what, true)),
    client.on("paused", ({ reason, message }) => [reason, message]),
    client.on("upgrade_needed", ({ message }) => is<string>()(message, true)),
    client.on("other_tab", ({ state }) => is<"other_tab">()(state, true)),
    client.on("failed", ({ message }) => is<string>()(message, true)),
    client.on("changed", (collection) => is<string>()(collection, true)),
    client.on("product:updated", (what) => is<RecordChange>()(what, true)),
    client.on("outcome", (what) => is<Outcome>()(what, true)),
    client.on("role_change", (what) => is<RoleChange>()(what, true)),
    client.on("attention", (what) => is<AttentionEntry>()(what, true)),
    client.on("conflict", (what) => is<Doc>()(what, true)),
    client.on("task", (what) => is<Doc>()(what, true)),
    client.on("notice", (what) => is<Doc>()(what, true)),
  ];
  // @ts-expect-error there is no such event
  client.on("sold", () => undefined);
  return () => ends.forEach((end) => end());
}

/** Says what a rejected promise carries. */
export function say(error: ClientError): string {
  switch (error.class) {
    case "retry":
    case "wait":
      return error.message;
    default:
      return `${error.code} ${error.field ?? ""}`;
  }
}

export async function decide(client: Client, user: Id): Promise<void> {
  is<Person>()(await client.login(user, "1234"), true);
  is<Person | null>()(client.person, true);
  client.logout();
  is<object>()(client.schema, true);
  const conflicts = await client.conflicts("open");
  is<Conflict[]>()(conflicts, true);
  for (const conflict of conflicts) {
    await client.resolve({ conflict, keep: "mine" }, { user });
    await client.resolve([{ conflict, value: 1200 }, { conflict, keep: "theirs" }]);
    // @ts-expect-error one of both sides, or a value
    await client.resolve({ conflict, keep: "both" });
  }
  for (const task of await client.tasks()) {
    is<Recorded>()(await client.closeTask(task, { action: "accepted", note: "counted", user }), true);
  }
  for (const notice of await client.notices()) {
    is<Recorded | null>()(await client.acknowledge(notice, { user }), true);
  }
  for (const { device, seq, reason } of client.attention()) {
    if (reason !== "") await client.dismiss(device, seq);
  }
  client.retryNow();
  await client.enroll("482-913", "Kitchen tablet");
  await client.close();
}

export function Board(props: { readonly id: Id }): ReactElement {
  const client = useClient();
  is<Client>()(client, true);
  is<Status>()(useStatus(), true);
  is<QueryResult | null>()(useQuery({ collection: "notes" }), true);
  is<Doc | null>()(useDoc("notes", props.id), true);
  is<Doc[] | null>()(useTasks("closed"), true);
  is<Conflict[] | null>()(useConflicts(), true);
  is<Doc[] | null>()(useNotices(), true);
  useEvent("outcome", (what) => is<Events["outcome"]>()(what, true));
  return ClientProvider({ client });
}
