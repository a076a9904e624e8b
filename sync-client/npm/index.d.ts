import type {
  AttentionEntry,
  Client as Engine,
  Connection,
  Doc,
  ErrorClass,
  Id,
  Mutation,
  OpenOptions,
  Outcome,
  Recorded,
  RecordChange,
  RoleChange,
  Status,
  Value,
} from "./dist/sync_client.js";

export { default as init } from "./dist/sync_client.js";
export type * from "./dist/sync_client.js";

/** What every rejected promise carries. */
export interface ClientError {
  readonly code: string;
  readonly class: ErrorClass;
  readonly message: string;
  readonly field: string | null;
}

/** Who is logged in, as the master says. */
export interface Person {
  readonly id: Id;
  readonly name: string;
  readonly role: string;
  readonly permissions: readonly string[];
}

/** Whose work it is: the embedding program vouches for them. Left out, it is whoever is logged in. */
export interface By {
  readonly user?: Id | undefined;
  /** The second person who approved it. */
  readonly approvedBy?: Id | undefined;
}

/** A mutation to record. */
export type Work = Omit<Mutation, "user" | "verified"> & { readonly user?: Id };

/** A record that this device does not hold. */
export interface Fetched {
  readonly collection: string;
  readonly id: Id;
  readonly version: number;
  readonly doc: Record<string, Value>;
}

/** A field, or a whole record, that two people changed from the same value. */
export interface Conflict {
  readonly id: Id;
  /** The record it is about. */
  readonly collection: string;
  readonly record: Id;
  /** Absent where it is the whole record. */
  readonly field: string | undefined;
  /** What both saw; absent means no value, here and below. */
  readonly was: Value | undefined;
  /** What stands: the field's value, or the record's own fields. */
  readonly theirs: Value | undefined;
  /** What keeping the withheld change makes of it. */
  readonly mine: Value | undefined;
  /** Whether that is still possible: not where the record is gone for good. */
  readonly canKeepMine: boolean;
  /** The record as it stands. */
  readonly current: Doc | null;
  /** Whether a resolution of this device is not decided yet. */
  readonly pending: boolean;
  /** Its record: who, where and when, of both sides. */
  readonly doc: Record<string, Value>;
}

/** What a person chooses, of a conflict as it was shown. */
export type Choice = { readonly conflict: Conflict } & (
  | { readonly keep: "theirs" | "mine" }
  /** Another value, or all of the record's own fields; `null` is none. */
  | { readonly keep?: undefined; readonly value: Value | null }
);

/** How a task ends. */
export interface TaskEnd extends By {
  /** One of the words that the schema has for `tasks.action`. */
  readonly action: string;
  readonly note?: string | undefined;
}

/** Events and what their listeners get. */
export interface Events {
  /** The status, at once and on every change. */
  status: Status;
  /** The device stands otherwise to its master. */
  connection: Connection;
  /** The master refuses this device or this build; nothing is dropped. */
  paused: Extract<Connection, { state: "paused" }>;
  /** This build is too old for the master; comes with `paused`. */
  upgrade_needed: Extract<Connection, { state: "paused" }>;
  /** Another tab has taken over. */
  other_tab: Extract<Connection, { state: "other_tab" }>;
  /** The engine has stopped: reload the page. What is recorded is kept. */
  failed: Extract<Connection, { state: "failed" }>;
  /** Something in this collection is another one. */
  changed: string;
  /**
   * A record of the named collection came, is another one or went, as the master has decided:
   * `product:created`, `sale:updated`, `customer:deleted`. From the archive it is created, into the
   * archive it is deleted. What a first sync brings is not told.
   */
  [record: `${string}:${"created" | "updated" | "deleted"}`]: RecordChange;
  /** A mutation of this device was decided. */
  outcome: Outcome;
  /** A device, this one or another, is called or may do something else. */
  role_change: RoleChange;
  /** A mutation of this device was rejected and waits for a person. */
  attention: AttentionEntry;
  /** Two people changed the same. */
  conflict: Doc;
  /** There is something for a manager to do, or it happened once more. */
  task: Doc;
  /** There is something that everybody should know, or it happened once more. */
  notice: Doc;
}

/** One device's door to its store. */
export interface Client extends Omit<Engine, "record" | "request"> {
  /** The collections it was opened with. */
  readonly schema: object;
  /** Who is logged in. */
  readonly person: Person | null;
  /** Lets the master check a PIN. From then on work without a `user` is theirs. */
  login(user: Id, pin: string): Promise<Person>;
  logout(): void;
  /** Records a mutation: when this resolves it is durable on this device and in the view. */
  record(mutation: Work): Promise<Recorded>;
  /**
   * Asks a door of the master below `/v1/`, with this device's token: `POST` where there is a body,
   * else `GET`. After a network error a `GET` is sent again, three times at most.
   */
  request(path: string, body?: unknown): Promise<unknown>;
  /** Records outside of what this device holds, and those that refer to them; not kept. */
  fetch(collection: string, ids: readonly Id[]): Promise<Fetched[]>;
  /** The conflicts that wait for a person, newest first, or those that were resolved. */
  conflicts(status?: "open" | "resolved"): Promise<Conflict[]>;
  /**
   * Carries choices out, all in one mutation; each is decided for itself. Rejects with
   * `changed_meanwhile` or `already_resolved`, and nothing is recorded, where one changed since it
   * was shown.
   */
  resolve(choices: Choice | readonly Choice[], by?: By): Promise<Recorded>;
  /** The tasks that are open, newest first, or those that were closed. */
  tasks(status?: "open" | "closed"): Promise<Doc[]>;
  /** Ends a task as it was shown; rejects with `already_closed` or `happened_again`. */
  closeTask(task: Doc, end: TaskEnd): Promise<Recorded>;
  /** What this device still has to show, newest first. */
  notices(): Promise<Doc[]>;
  /** Does not show a notice on this device any more; `null` where it was acknowledged before. */
  acknowledge(notice: Doc, by?: By): Promise<Recorded | null>;
  /** Calls back whenever it happens, from now on; the answer ends that. */
  on<E extends keyof Events>(event: E, listener: (what: Events[E]) => void): () => void;
}

export declare const Client: {
  /**
   * Opens the local databases and begins to sync. Rejects with `other_tab` where another tab of this
   * browser has them open, unless it is to be taken over, or to be waited for: until that tab is
   * gone, or no longer answers.
   */
  open(options: OpenOptions & { readonly wait?: boolean }): Promise<Client>;
  /** A new id. */
  newId(): Id;
};
