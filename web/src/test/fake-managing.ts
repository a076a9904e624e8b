import type {
  AuditEntry,
  AuditPage,
  AuditQuery,
  DeviceCode,
  DeviceRow,
  Id,
  NewDevice,
  StandIn,
  SyncLogEntry,
} from "../sync/backend";
import { BackendError } from "../sync/backend-error";
import { ONLINE } from "./fake-data";
import { FakeInbox } from "./fake-inbox";

const DEVICE: Omit<DeviceRow, "id" | "name" | "ordinal"> = {
  kind: "terminal",
  readOnly: false,
  role: "client",
  standsIn: false,
  priority: 0,
  online: false,
  own: false,
  lastSeen: null,
  lastSyncedAt: null,
  pending: 0,
  attention: 0,
  behind: 0,
  app: "tillsync-web 0.1.0",
  enrolledAt: 1_795_000_000_000,
  revokedAt: null,
  closedAt: null,
};

/** What the master keeps, of the fake backend: the audit and the devices. */
export class FakeManaging extends FakeInbox {
  entries: readonly AuditEntry[] = [];
  /** What was asked of the audit. */
  readonly looks: AuditQuery[] = [];
  known: readonly DeviceRow[] = makeDevices();
  log: readonly SyncLogEntry[] = [];
  readonly added: NewDevice[] = [];

  async audit(query: AuditQuery): Promise<AuditPage> {
    this.#needsMaster();
    this.looks.push(query);
    const given = <T,>(wanted: T | null | undefined, holds: (value: T) => boolean) => wanted === null || wanted === undefined || holds(wanted);
    const matches = this.entries.filter(
      (entry) =>
        given(query.actor, (actor) => entry.actor === actor) &&
        given(query.device, (device) => entry.device === device) &&
        given(query.action, (action) => entry.action === action) &&
        given(query.record, (id) => entry.records.some((record) => record.id === id)) &&
        given(query.search, (text) => JSON.stringify(entry.records).toLowerCase().includes(text.toLowerCase())) &&
        given(query.from, (from) => entry.at >= from) &&
        given(query.to, (to) => entry.at <= to) &&
        given(query.before, (before) => entry.number < before) &&
        given(query.after, (after) => entry.number > after),
    );
    const page = matches.slice(0, query.limit ?? 100);
    const next = page.length === (query.limit ?? 100) ? (page.at(-1)?.number ?? null) : null;
    return Promise.resolve({ entries: page, next, head: this.entries[0]?.number ?? 0 });
  }
  /** Writes an entry as the newest one. */
  write(entry: Partial<AuditEntry>): void {
    const number = (this.entries[0]?.number ?? 0) + 1;
    this.entries = [{ ...ENTRY, at: 1_795_000_000_000 + number * 60_000, ...entry, number }, ...this.entries];
  }

  async devices(): Promise<readonly DeviceRow[]> {
    this.#needsMaster();
    return Promise.resolve(this.known);
  }
  async addDevice(device: NewDevice): Promise<DeviceCode> {
    this.#needsMaster();
    this.added.push(device);
    const reach = { address: "https://192.168.1.5:7400", page: "http://192.168.1.5:7400", authority: "ab12".repeat(16) };
    return Promise.resolve({ code: "K7QX-3MHP", expiresAt: Date.now() + 300_000, reach });
  }
  renameDevice = (id: Id, name: string) => this.#change(id, { name });
  setStandIn = (id: Id, to: StandIn) => this.#change(id, to);
  revokeDevice = (id: Id) => this.#change(id, { revokedAt: Date.now(), online: false });
  syncLog = () => Promise.resolve(this.log);

  protected fillManaging(now: number): void {
    const product = { collection: "products", id: "product-0", label: "White hanging heart T-light holder" } as const;
    this.write({ at: now - 7_200_000, action: "enrolled", actor: null, actorName: null, device: "till-2", verdict: null, about: { name: "Till 2", ordinal: 2 } });
    this.write({
      at: now - 5_400_000,
      action: "create_product",
      records: [{ ...product, step: "created", changes: [{ field: "name", as: "plain", was: null, is: product.label }, { field: "price", as: "money", was: null, is: 255 }] }],
    });
    this.write({
      at: now - 3_600_000,
      action: "edit_product",
      actor: "sam",
      actorName: "Sam O'Neill",
      device: "till-2",
      records: [
        {
          ...product,
          step: "changed",
          changes: [
            { field: "name", as: "plain", was: product.label, is: "Wiederverwendbare Geschenkverpackungsschleife" },
            { field: "price", as: "money", was: 255, is: 275 },
            { field: "reorder_level", as: "quantity", was: null, is: 12_000 },
            { field: "tax_rate", as: "rate", was: 2000, is: 500 },
            { field: "stocked", as: "plain", was: true, is: false },
          ],
        },
      ],
    });
    this.write({ at: now - 1_800_000, action: "edit_product", actor: "cleo", actorName: "Cleo Winter", verdict: "rejected", reasons: ["Changing products needs a manager."] });
    for (let n = 20; n > 0; n -= 1) {
      this.write({
        at: now - n * 45_000,
        action: "complete_sale",
        actor: "cleo",
        actorName: "Cleo Winter",
        records: [
          { collection: "sales", id: `sale-${String(n)}`, label: `S01-T03-E1-${String(480 - n).padStart(6, "0")}`, step: "recorded", changes: [] },
          { collection: "stock_levels", id: `level-${String(n)}`, label: "Jumbo bag red retrospot", step: "changed", changes: [{ field: "on_hand", as: "quantity", was: n * 1000, is: n * 1000 - 1000 }] },
        ],
      });
    }
    this.known = makeDevices(now);
    this.log = [
      { at: now - 4_000, kind: "sent", count: 14, detail: null },
      { at: now - 400_000, kind: "connected", count: null, detail: null },
      { at: now - 460_000, kind: "lost", count: null, detail: "the master cannot be reached: connection refused" },
      { at: now - 900_000, kind: "refused", count: 1, detail: null },
      { at: now - 3_600_000, kind: "resynchronised", count: 1_204, detail: null },
      { at: now - 3_601_000, kind: "repaired", count: null, detail: "records differ from the master's in products" },
      { at: now - 7_200_000, kind: "started", count: null, detail: null },
    ];
  }

  async #change(id: Id, change: Partial<DeviceRow>): Promise<void> {
    this.#needsMaster();
    this.known = this.known.map((device) => (device.id === id ? { ...device, ...change } : device));
    return Promise.resolve();
  }

  #needsMaster(): void {
    if (this.connection === "online") return;
    throw new BackendError({ code: "needs_master", class: "wait", message: "This needs the main server, which cannot be reached now." });
  }
}

const ENTRY: AuditEntry = {
  number: 0,
  at: 0,
  action: "edit_product",
  device: ONLINE.device?.id ?? null,
  actor: "marco",
  actorName: "Marco Rossi",
  approvedByName: null,
  verdict: "accepted",
  reasons: [],
  records: [],
  about: {},
  erased: false,
};

function makeDevices(now = 1_795_000_000_000): readonly DeviceRow[] {
  return [
    { ...DEVICE, id: "node", name: "master", kind: "node", ordinal: 0, role: "master", standsIn: true, app: null, behind: null },
    { ...DEVICE, id: "till-1", name: "Till 1", kind: "till", ordinal: 1, online: true, standsIn: true, priority: 5, lastSeen: now - 2_000 },
    { ...DEVICE, id: "till-2", name: "Safari on iPad, K7Q", ordinal: 2, lastSeen: now - 1_500_000, lastSyncedAt: now - 1_600_000, pending: 7, attention: 1 },
    { ...DEVICE, id: ONLINE.device?.id ?? "", name: "Till 3", ordinal: 3, online: true, own: true, lastSeen: now - 1_000 },
    { ...DEVICE, id: "board", name: "Kundenbetreuungs-Bildschirm im Eingangsbereich", kind: "dashboard", ordinal: 4, readOnly: true, online: true, behind: 12, lastSeen: now },
    { ...DEVICE, id: "old", name: "Till 0", kind: "till", ordinal: 5, revokedAt: now - 86_400_000, lastSeen: now - 90_000_000 },
  ];
}
