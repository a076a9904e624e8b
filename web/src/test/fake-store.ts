import type {
  About,
  AttentionRow,
  Collection,
  Doc,
  FrameLogEntry,
  Hosting,
  Id,
  NearbyMaster,
  OutboxRow,
  Product,
  Query,
  QueryResult,
  SubscriptionId,
  SyncPosition,
  SyncStatus,
} from "../sync/backend";
import { CATEGORIES, makeEmployees, makeProducts, ONLINE } from "./fake-data";

export type Row = Doc & Readonly<Record<string, unknown>>;

/** The tables of the fake backend, its live queries and what it says of the synchronisation. */
export class FakeStore {
  readonly tables = new Map<Collection, Row[]>();
  rows: OutboxRow[] = [];
  attentionRows: AttentionRow[] = [];
  #status: SyncStatus = ONLINE;
  #next = 1;
  readonly #queries = new Map<SubscriptionId, { query: Query; listener: (result: QueryResult) => void }>();
  readonly #statusListeners = new Map<SubscriptionId, (status: SyncStatus) => void>();

  constructor(products = 200) {
    this.tables.set("products", makeProducts(products) as unknown as Row[]);
    this.tables.set("categories", CATEGORIES as unknown as Row[]);
    this.tables.set("employees", makeEmployees() as unknown as Row[]);
  }

  get products(): readonly Product[] {
    return this.tables.get("products") as unknown as Product[];
  }

  setStatus(change: Partial<SyncStatus>): void {
    this.#status = { ...this.#status, ...change };
    for (const listener of this.#statusListeners.values()) listener(this.#status);
  }

  protected get connection(): SyncStatus["connection"]["state"] {
    return this.#status.connection.state;
  }

  put(collection: Collection, row: Row): void {
    const rows = this.tables.get(collection) ?? [];
    const at = rows.findIndex((each) => each.id === row.id);
    this.tables.set(collection, at < 0 ? [...rows, row] : rows.with(at, row));
    this.#tell(collection);
  }

  close = () => Promise.resolve();
  status = () => Promise.resolve(this.#status);
  onStatus(listener: (status: SyncStatus) => void): Promise<SubscriptionId> {
    const id = this.#next++;
    this.#statusListeners.set(id, listener);
    return Promise.resolve(id);
  }
  subscribe(query: Query, listener: (result: QueryResult) => void): Promise<SubscriptionId> {
    const id = this.#next++;
    this.#queries.set(id, { query, listener });
    queueMicrotask(() => listener(this.#run(query)));
    return Promise.resolve(id);
  }
  unsubscribe(id: SubscriptionId): Promise<void> {
    this.#queries.delete(id);
    this.#statusListeners.delete(id);
    return Promise.resolve();
  }
  query = (query: Query) => Promise.resolve(this.#run(query));
  get = (collection: Collection, id: Id) =>
    Promise.resolve((this.tables.get(collection) ?? []).find((row) => row.id === id) ?? null);

  #run(query: Query): QueryResult {
    const words = (query.search ?? "").toLowerCase().split(/\s+/).filter((word) => word !== "");
    let rows = (this.tables.get(query.collection) ?? []).filter(
      (row) =>
        (query.filter ?? []).every((filter) => filter.op !== "eq" || row[filter.field] === filter.value) &&
        words.every((word) =>
          ["name", "code", "barcode", "number"].some((field) => {
            const text = row[field];
            return typeof text === "string" && text.toLowerCase().split(/\s+/).some((part) => part.startsWith(word));
          }),
        ),
    );
    const { sort } = query;
    if (sort !== undefined) {
      rows = rows.toSorted((a, b) => {
        const [left, right] = [a[sort.field], b[sort.field]];
        const order = typeof left === "number" && typeof right === "number" ? left - right : String(left).localeCompare(String(right));
        return sort.desc === true ? -order : order;
      });
    }
    const offset = query.offset ?? 0;
    return { items: rows.slice(offset, offset + (query.limit ?? rows.length)), total: rows.length };
  }

  outbox = () => Promise.resolve(this.rows);
  attention = () => Promise.resolve(this.attentionRows);
  dismiss(device: Id, seq: number): Promise<void> {
    this.attentionRows = this.attentionRows.filter((row) => row.device !== device || row.seq !== seq);
    return Promise.resolve();
  }
  reissue = (device: Id, seq: number): Promise<void> => this.dismiss(device, seq);
  retryNow = () => Promise.resolve();
  setVisible = () => Promise.resolve();
  frames = (): Promise<readonly FrameLogEntry[]> =>
    Promise.resolve(
      ["ping", "pong", "push", "outcomes", "changes"].map((kind, index) => ({
        at: Date.now() - (5 - index) * 1300,
        direction: index % 2 === 0 ? ("out" as const) : ("in" as const),
        kind,
        bytes: 60 + index * 211,
        summary: kind === "push" ? "1 entry from no. 42" : kind === "changes" ? "3 records up to 1207" : "",
      })),
    );
  position = (): Promise<SyncPosition> =>
    Promise.resolve({ logId: "1-0192f3aa", position: 1207, yourSeq: 40, nextSeq: 44, archived: 12 });
  diagnostics = () => Promise.resolve("mock");
  /** What a browser says; the desktop app asks for the master. */
  place: About = { app: "tillsync-web 0.1.0", master: "http://127.0.0.1:7400", asksForMaster: false, exposed: false, fullScreen: null };
  about = () => Promise.resolve(this.place);
  /** The desktop app alone can run a master. */
  host: Hosting | null = null;
  hosting = () => Promise.resolve(this.host);
  /** What the network says to the desktop app. */
  masters: readonly NearbyMaster[] = [];
  nearby = () => Promise.resolve(this.masters);
  openShop(): Promise<void> {
    this.host = { state: "running", address: this.place.master, lan: null };
    return this.enroll();
  }
  setHosting(on: boolean): Promise<void> {
    this.host = on ? { state: "running", address: this.place.master, lan: null } : { state: "stopped" };
    return Promise.resolve();
  }
  setMaster(address: string): Promise<void> {
    this.place = { ...this.place, master: address };
    return Promise.resolve();
  }
  enroll(): Promise<void> {
    this.setStatus({ registered: true, device: ONLINE.device });
    return Promise.resolve();
  }
  setFullScreen(on: boolean): Promise<void> {
    this.place = { ...this.place, fullScreen: on };
    return Promise.resolve();
  }
  takeOver(): Promise<void> {
    this.setStatus({ connection: { state: "online" } });
    return Promise.resolve();
  }

  protected patch(collection: Collection, id: Id, changes: object): Promise<void> {
    const row = (this.tables.get(collection) ?? []).find((each) => each.id === id);
    if (row !== undefined) this.put(collection, { ...row, ...changes });
    return Promise.resolve();
  }

  protected take(collection: Collection, id: Id): void {
    this.tables.set(collection, (this.tables.get(collection) ?? []).filter((row) => row.id !== id));
    this.#tell(collection);
  }

  #tell(collection: Collection): void {
    for (const { query, listener } of this.#queries.values()) {
      if (query.collection === collection) listener(this.#run(query));
    }
  }
}
