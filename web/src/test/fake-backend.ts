import type {
  Approval,
  AttentionRow,
  Cart,
  Collection,
  CompletedSale,
  Doc,
  FrameLogEntry,
  Id,
  LoginResult,
  LoginUser,
  NewProduct,
  OutboxRow,
  OverrideNeed,
  OverrideResult,
  PaymentInput,
  Permission,
  PricedCart,
  ProductChanges,
  Query,
  QueryResult,
  ReceiptView,
  RefundableSale,
  RefundInput,
  RefundQuote,
  Role,
  SaveEmployee,
  ScanResult,
  Session,
  Settlement,
  ShopInfo,
  StockChange,
  SubscriptionId,
  SyncBackend,
  SyncPosition,
  SyncStatus,
  Product,
} from "../sync/backend";
import { CASHIER_DISCOUNT, CATEGORIES, makeEmployees, makeProducts, PEOPLE, PERMISSIONS } from "./fake-data";

type Row = Doc & Readonly<Record<string, unknown>>;

/**
 * A mock of the backend in memory, for component tests and screenshots. Its sums are rough (no split
 * of tax, no rounding): nothing that is asserted about money may rest on them.
 */
export class FakeBackend implements SyncBackend {
  readonly tables = new Map<Collection, Row[]>();
  readonly completed: { readonly cart: Cart; readonly payments: readonly PaymentInput[] }[] = [];
  /** Set by a test to hold back the end of a sale. */
  beforeComplete: () => Promise<void> = () => Promise.resolve();
  rows: OutboxRow[] = [];
  attentionRows: AttentionRow[] = [];
  session: Session | null = null;
  #status: SyncStatus = ONLINE;
  #next = 1;
  #tries = 5;
  readonly #queries = new Map<SubscriptionId, { query: Query; listener: (result: QueryResult) => void }>();
  readonly #statusListeners = new Map<SubscriptionId, (status: SyncStatus) => void>();
  readonly #receipts = new Map<Id, ReceiptView>();

  constructor(products = 200) {
    this.tables.set("products", makeProducts(products) as unknown as Row[]);
    this.tables.set("categories", CATEGORIES as unknown as Row[]);
    this.tables.set("employees", makeEmployees() as unknown as Row[]);
  }

  /** State from the address: `?state=offline|attention|other_tab|lost|enrol|first_sync`, `?products=50000`. */
  static forScreenshots(): FakeBackend {
    const params = new URLSearchParams(window.location.search);
    const fake = new FakeBackend(Number(params.get("products") ?? "480"));
    const state = params.get("state");
    const now = Date.now();
    if (state === "offline") {
      fake.rows = [3, 2, 1].map((n) => ({
        seq: 40 + n,
        name: "complete_sale",
        at: now - n * 65_000,
        actor: "Cleo Winter",
        state: "waiting",
        attempts: n,
        bytes: 900 + n * 113,
        reason: "Waits for the main server.",
        subject: `S01-T03-E1-00045${String(n)}`,
      }));
      fake.setStatus({
        connection: { state: "server_unreachable", attempt: 4, nextRetryAt: now + 10_000 },
        since: now - 60_000,
        pending: 3,
        oldestPendingAt: now - 195_000,
      });
    }
    if (state === "attention") {
      fake.attentionRows = [
        {
          seq: 38,
          name: "edit_product",
          at: now - 3_600_000,
          actor: "Sam O'Neill",
          subject: "Party bunting",
          code: "permission_denied",
          reason: "Stock clerks may not change prices. Ask a manager to do it.",
          payload: '{\n  "name": "edit_product"\n}',
        },
      ];
      fake.setStatus({ attention: 1 });
    }
    if (state === "other_tab") fake.setStatus({ connection: { state: "other_tab" } });
    if (state === "lost") fake.setStatus({ connection: { state: "storage", problem: "lost" } });
    if (state === "enrol") fake.setStatus({ registered: false, device: null });
    if (state === "first_sync") fake.setStatus({ firstSync: { done: 21_000, total: 50_000 } });
    return fake;
  }

  setStatus(change: Partial<SyncStatus>): void {
    this.#status = { ...this.#status, ...change };
    for (const listener of this.#statusListeners.values()) listener(this.#status);
  }

  put(collection: Collection, row: Row): void {
    const rows = this.tables.get(collection) ?? [];
    const at = rows.findIndex((each) => each.id === row.id);
    this.tables.set(collection, at < 0 ? [...rows, row] : rows.with(at, row));
    for (const { query, listener } of this.#queries.values()) {
      if (query.collection === collection) listener(this.#run(query));
    }
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
  dismiss(seq: number): Promise<void> {
    this.attentionRows = this.attentionRows.filter((row) => row.seq !== seq);
    return Promise.resolve();
  }
  retryNow = () => Promise.resolve();
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
  enroll(): Promise<void> {
    this.setStatus({ registered: true, device: ONLINE.device });
    return Promise.resolve();
  }
  takeOver(): Promise<void> {
    this.setStatus({ connection: { state: "online" } });
    return Promise.resolve();
  }

  shop = (): Promise<ShopInfo> => Promise.resolve(SHOP);
  loginUsers = (): Promise<readonly LoginUser[]> => Promise.resolve(PEOPLE);
  login(employeeId: Id, pin: string): Promise<LoginResult> {
    const person = PEOPLE.find((each) => each.id === employeeId);
    if (person === undefined) return Promise.resolve({ ok: false, reason: "unknown_user" });
    if (person.pin !== pin) {
      this.#tries -= 1;
      if (this.#tries <= 0) return Promise.resolve({ ok: false, reason: "locked", until: Date.now() + 30_000 });
      return Promise.resolve({ ok: false, reason: "wrong_pin", triesLeft: this.#tries });
    }
    this.#tries = 5;
    this.session = {
      employeeId,
      name: person.name,
      role: person.role,
      permissions: PERMISSIONS[person.role],
      maxDiscount: person.role === "cashier" ? CASHIER_DISCOUNT : 10_000,
    };
    return Promise.resolve({ ok: true, session: this.session });
  }
  logout(): Promise<void> {
    this.session = null;
    return Promise.resolve();
  }
  verifyOverride(employeeId: Id, pin: string, permission: Permission): Promise<OverrideResult> {
    const person = PEOPLE.find((each) => each.id === employeeId);
    if (person === undefined || person.pin !== pin) return Promise.resolve({ ok: false, reason: "wrong_pin", triesLeft: 4 });
    if (!PERMISSIONS[person.role].includes(permission)) return Promise.resolve({ ok: false, reason: "not_allowed" });
    const approval: Approval = { permission, employeeId, name: person.name, at: Date.now(), token: "mock" };
    return Promise.resolve({ ok: true, approval });
  }
  permissions = (role: Role) => Promise.resolve(PERMISSIONS[role]);

  scan(text: string): Promise<ScanResult> {
    const products = this.tables.get("products") as unknown as Product[];
    const product = products.find((each) => each.barcode === text || each.code === text);
    if (product === undefined) return Promise.resolve({ kind: "unknown", code: text });
    if (product.archived) return Promise.resolve({ kind: "archived", code: text, name: product.name });
    return Promise.resolve({ kind: "product", product, quantity: 1000, unitPrice: product.price, batch: null, expiry: null });
  }
  priceCart(cart: Cart): Promise<PricedCart> {
    const lines = cart.lines.map((line) => {
      const gross = Math.round((line.unitPrice * line.quantity) / 1000);
      const discount =
        line.discount === null ? 0 : line.discount.kind === "amount" ? line.discount.amount : Math.round((gross * line.discount.rate) / 10_000);
      return { id: line.id, gross, discount, total: gross - discount };
    });
    const subtotal = lines.reduce((sum, line) => sum + line.total, 0);
    const discount =
      cart.discount === null ? 0 : cart.discount.kind === "amount" ? cart.discount.amount : Math.round((subtotal * cart.discount.rate) / 10_000);
    const total = subtotal - discount;
    const tax = Math.round(total / 6);
    return Promise.resolve({
      lines,
      subtotal,
      discount,
      tax: [{ rate: 2000, net: total - tax, tax, gross: total }],
      taxTotal: tax,
      total,
      cashTotal: total,
      units: cart.lines.reduce((sum, line) => sum + line.quantity, 0),
      needs: this.#needs(cart),
    });
  }
  #needs(cart: Cart): OverrideNeed[] {
    const needs: OverrideNeed[] = [];
    const may = (permission: Permission) =>
      (this.session?.permissions.includes(permission) ?? true) || cart.approvals.some((each) => each.permission === permission);
    const changed = cart.lines.find((line) => line.unitPrice !== line.listPrice);
    if (changed !== undefined && !may("override_price")) {
      needs.push({ permission: "override_price", line: changed.id, reason: "Another price than on the shelf needs a manager." });
    }
    return needs;
  }
  async settle(cart: Cart, payments: readonly PaymentInput[]): Promise<Settlement> {
    const { total } = await this.priceCart(cart);
    const paid = payments.reduce((sum, payment) => sum + (payment.method === "cash" ? payment.tendered : payment.amount), 0);
    const remaining = Math.max(0, total - paid);
    const notes = [500, 1000, 2000, 5000].map((note) => Math.ceil(remaining / note) * note);
    return {
      total,
      rounding: 0,
      paid: Math.min(paid, total),
      remaining,
      remainingCash: remaining,
      change: Math.max(0, paid - total),
      complete: payments.length > 0 && paid >= total,
      suggestions: remaining === 0 ? [] : [...new Set([remaining, ...notes])].toSorted((a, b) => a - b),
    };
  }
  async completeSale(cart: Cart, payments: readonly PaymentInput[]): Promise<CompletedSale> {
    await this.beforeComplete();
    this.completed.push({ cart, payments });
    const priced = await this.priceCart(cart);
    const { change } = await this.settle(cart, payments);
    const number = `S01-T03-E1-${String(this.completed.length).padStart(6, "0")}`;
    const receipt: ReceiptView = {
      kind: "sale",
      id: cart.id,
      number,
      shop: SHOP.name,
      addressLines: SHOP.addressLines,
      till: SHOP.till,
      cashier: this.session?.name ?? null,
      at: Date.now(),
      lines: cart.lines.map((line, index) => ({
        ...line,
        discount: priced.lines[index]?.discount ?? 0,
        total: priced.lines[index]?.total ?? 0,
      })),
      subtotal: priced.subtotal,
      discount: priced.discount,
      tax: priced.tax,
      taxIncluded: true,
      rounding: 0,
      total: priced.total,
      payments: payments.map((payment) => ({ method: payment.method, amount: payment.method === "cash" ? payment.tendered : payment.amount })),
      change,
      footer: "Thank you!",
      pending: true,
      refunded: "none",
      refunds: [],
      sale: null,
      reason: null,
    };
    this.#receipts.set(cart.id, receipt);
    this.put("sales", {
      id: cart.id,
      version: 0,
      pending: this.#status.connection.state !== "online",
      number,
      sold_at: receipt.at,
      employee: this.session?.employeeId ?? null,
      employee_name: this.session?.name ?? null,
      total: receipt.total,
    });
    return { saleId: cart.id, change, receipt };
  }
  async holdSale(cart: Cart, label: string): Promise<Id> {
    const { total } = await this.priceCart(cart);
    this.put("held_sales", {
      id: cart.id,
      version: 0,
      label,
      held_at: Date.now(),
      employee_name: this.session?.name ?? null,
      total,
      line_count: cart.lines.length,
      cart,
    });
    return cart.id;
  }
  heldCart(id: Id): Promise<Cart> {
    const held = (this.tables.get("held_sales") ?? []).find((row) => row.id === id);
    return Promise.resolve(held?.["cart"] as Cart);
  }
  dropHeld(id: Id): Promise<void> {
    this.tables.set("held_sales", (this.tables.get("held_sales") ?? []).filter((row) => row.id !== id));
    for (const { query, listener } of this.#queries.values()) {
      if (query.collection === "held_sales") listener(this.#run(query));
    }
    return Promise.resolve();
  }

  receipt(id: Id): Promise<ReceiptView> {
    const receipt = this.#receipts.get(id);
    return receipt === undefined ? Promise.reject(new Error("no such receipt")) : Promise.resolve(receipt);
  }
  async refundable(saleId: Id): Promise<RefundableSale> {
    const receipt = await this.receipt(saleId);
    return {
      saleId,
      number: receipt.number,
      soldAt: receipt.at,
      total: receipt.total,
      lines: receipt.lines.map((line) => ({ ...line, sold: line.quantity, refundable: line.quantity })),
    };
  }
  async quoteRefund(input: RefundInput): Promise<RefundQuote> {
    const receipt = await this.receipt(input.saleId ?? "");
    const total = input.lines.reduce((sum, line) => {
      const sold = line.kind === "sale_line" ? receipt.lines.find((each) => each.id === line.line) : undefined;
      return sum + (sold === undefined ? 0 : Math.round((sold.total * line.quantity) / sold.quantity));
    }, 0);
    return { total, taxTotal: 0, payments: [{ method: "cash", amount: total }], needs: [] };
  }
  async refund(input: RefundInput): Promise<{ refundId: Id; receipt: ReceiptView }> {
    const sold = await this.receipt(input.saleId ?? "");
    const { total } = await this.quoteRefund(input);
    const receipt: ReceiptView = { ...sold, kind: "refund", id: input.id, number: `${sold.number}-R`, total: -total, sale: sold, reason: input.reason };
    this.#receipts.set(input.id, receipt);
    this.#receipts.set(sold.id, {
      ...sold,
      refunded: total === sold.total ? "fully" : "partly",
      refunds: [{ id: input.id, number: receipt.number, at: receipt.at, total: -total, reason: input.reason }],
    });
    return { refundId: input.id, receipt };
  }

  createProduct(id: Id, fields: NewProduct): Promise<void> {
    this.put("products", { ...fields, id, version: 0, archived: false, on_hand: 0 });
    return Promise.resolve();
  }
  editProduct(id: Id, _seen: ProductChanges, changes: ProductChanges): Promise<void> {
    return this.#patch("products", id, changes);
  }
  archiveProduct = (id: Id) => this.#patch("products", id, { archived: true });
  restoreProduct = (id: Id) => this.#patch("products", id, { archived: false });
  adjustStock = ({ product, delta }: StockChange) => this.#stock(product, delta);
  receiveStock = ({ product, delta }: StockChange) => this.#stock(product, delta);
  saveEmployee({ id, seen, changes }: SaveEmployee): Promise<void> {
    if (seen !== null) return this.#patch("employees", id, changes);
    this.put("employees", { ...changes, id, version: 0 });
    return Promise.resolve();
  }

  #stock(product: Id, delta: number): Promise<void> {
    const found = (this.tables.get("products") as unknown as Product[]).find((each) => each.id === product);
    return this.#patch("products", product, { on_hand: (found?.on_hand ?? 0) + delta });
  }
  #patch(collection: Collection, id: Id, changes: object): Promise<void> {
    const row = (this.tables.get(collection) ?? []).find((each) => each.id === id);
    if (row !== undefined) this.put(collection, { ...row, ...changes });
    return Promise.resolve();
  }
}

export const SHOP: ShopInfo = {
  name: "Corner Gifts",
  addressLines: ["12 Market Street", "Bath BA1 5AA"],
  currency: "GBP",
  exponent: 2,
  locale: "en-GB",
  till: "T03",
  taxIncluded: true,
  taxRates: [
    { name: "Standard", rate: 2000 },
    { name: "Reduced", rate: 500 },
    { name: "Zero", rate: 0 },
  ],
  cashRounding: 1,
  demo: true,
  insecureLan: false,
};

const ONLINE: SyncStatus = {
  connection: { state: "online" },
  since: 0,
  device: { id: "0192f3aa-0000-7000-8000-000000000003", name: "Till 3", kind: "till" },
  registered: true,
  role: "client",
  master: "http://127.0.0.1:8080",
  pending: 0,
  oldestPendingAt: null,
  stalled: false,
  inFlight: 0,
  attention: 0,
  conflicts: 0,
  tasks: 0,
  lastSyncedAt: 1_795_000_000_000,
  firstSync: null,
  clockSkewMs: 0,
  lastError: null,
};
