/**
 * The one door between the screens and everything that keeps data or decides.
 *
 * The UI draws and asks; tax, totals, permissions, PIN checks and mutation builders are Rust behind
 * this interface. `wasm-backend.ts` reaches it through a worker, `tauri-backend.ts` through the
 * commands of the desktop app; the crate `till` answers both. What methods take and answer is
 * written by Rust (`generated.ts`); by hand are the methods, documents of collections and queries.
 *
 * Conventions, the same for every method:
 * - Ids are strings (UUIDv7). Money is an integer in minor units, quantity an integer in thousandths
 *   of the unit, rates are basis points, instants are milliseconds since 1970 UTC. All below 2^53.
 * - Documents keep the field names of their collection (snake_case); everything else is camelCase.
 * - `null` stands for "no value"; a key is never `undefined` on the wire. An optional key may be
 *   left out by the caller.
 * - A rejected promise carries a {@link BackendErrorShape} as a plain object.
 * - One user action is one call: what an action needs is computed behind the door in one go.
 */
import type { CustomerChanges, CustomerFields } from "./customers";
import type {
  About,
  AttentionRow,
  AuditPage,
  AuditQuery,
  Cart,
  CashCount,
  CashMove,
  Chosen,
  CloseDrawer,
  CompletedRefund,
  CompletedSale,
  ConflictCard,
  CreditCorrection,
  CreditPayment,
  CustomerCredit,
  DeviceCode,
  DeviceRow,
  DrawerCount,
  DrawerReport,
  DrawerState,
  ExpiringGoods,
  FrameLogEntry,
  HeldElsewhere,
  Hosting,
  Id,
  ImportPart,
  ImportedLine,
  LoginResult,
  LoginUser,
  Minor,
  NearbyMaster,
  NewDevice,
  NewShop,
  Notice,
  OutboxRow,
  OverdueRow,
  OverrideResult,
  PaymentInput,
  Permission,
  PricedCart,
  PrintOccasion,
  Printed,
  PrinterPorts,
  PrinterSettings,
  Printing,
  ProductBatches,
  ReceiptView,
  RefundInput,
  RefundQuote,
  RefundableSale,
  Role,
  SaveEmployee,
  ScanResult,
  Settlement,
  ShopInfo,
  StandIn,
  StockChange,
  StockCount,
  SyncLogEntry,
  SyncPosition,
  SyncStatus,
  TaskEnd,
  WrittenOff,
} from "./generated";
import type { Task } from "./inbox";
import type { BatchChanges, CategoryChanges, CategoryFields, NewProduct, ProductChanges, SettingsChanges } from "./records";

/** The door speaks these too. */
export type * from "./customers";
export type * from "./generated";
export type * from "./inbox";
export type * from "./records";

// ---------------------------------------------------------------------------------------------
// Documents and queries

/** Names of the collections that screens read. */
export type Collection =
  | "products"
  | "categories"
  | "batches"
  | "stock_levels"
  | "sales"
  | "refunds"
  | "held_sales"
  | "drawer_sessions"
  | "shift_closings"
  | "employees"
  | "customers"
  | "credit_entries"
  | "conflicts"
  | "tasks"
  | "notices"
  | "acknowledgements"
  | "settings";

/** One record as the view shows it: base plus this device's undecided mutations. */
export type Doc<Fields extends object = object> = Fields & {
  readonly id: Id;
  /** Position of the last change of the base; 0 while the master has not seen the record. */
  readonly version: number;
  /** True while an undecided mutation of this device touches the record. */
  readonly pending?: boolean;
};

export type FilterValue = string | number | boolean | null;

/** All filters of a query must hold. `eq` with `null` matches a missing field as well. */
export interface Filter {
  readonly field: string;
  readonly op: "eq" | "gte" | "lte" | "prefix";
  readonly value: FilterValue;
}

export interface Query {
  readonly collection: Collection;
  readonly filter?: readonly Filter[];
  /** Words that must all begin a word of one of the collection's search fields, case ignored. */
  readonly search?: string;
  readonly sort?: { readonly field: string; readonly desc?: boolean };
  readonly limit?: number;
  readonly offset?: number;
  /** Only these fields (and id, version, pending) come back: keep long documents behind the door. */
  readonly fields?: readonly string[];
  /** `stock` adds `on_hand: Milli | null` to products; a live query then also follows stock. */
  readonly include?: readonly "stock"[];
}

/** One window of the matches, and how many there are in all. */
export interface QueryResult<D extends Doc = Doc> {
  readonly items: readonly D[];
  readonly total: number;
}

/** Handle of a live query or a status listener. */
export type SubscriptionId = number;

// ---------------------------------------------------------------------------------------------
// The shop

// ---------------------------------------------------------------------------------------------

export interface OpenOptions {
  /** Origin of the master, for example `http://127.0.0.1:7400`. */
  readonly url: string;
  /** Name of the local database; one per origin by default. */
  readonly name?: string;
  /** What this device is called where nobody names it. */
  readonly deviceName?: string;
}

/**
 * Everything a screen can ask for.
 *
 * The crate `till` answers exactly these methods by their names (`till/src/call.rs`).
 */
export interface SyncBackend {
  /** Ends the engine and frees the tab's lock. */
  close(): Promise<void>;

  // Synchronisation
  status(): Promise<SyncStatus>;
  /** Calls back at once and on every change; ended by `unsubscribe`. */
  onStatus(listener: (status: SyncStatus) => void): Promise<SubscriptionId>;
  /** A live query: calls back at once and whenever the window's content changes. */
  subscribe(query: Query, listener: (result: QueryResult) => void): Promise<SubscriptionId>;
  /** Ends a live query or a status listener; an unknown id is ignored. */
  unsubscribe(id: SubscriptionId): Promise<void>;
  query(query: Query): Promise<QueryResult>;
  get(collection: Collection, id: Id): Promise<Doc | null>;
  outbox(): Promise<readonly OutboxRow[]>;
  attention(): Promise<readonly AttentionRow[]>;
  dismiss(device: Id, seq: number): Promise<void>;
  /** Records a rejected mutation again, in the name of whoever is logged in; it leaves the list. */
  reissue(device: Id, seq: number): Promise<void>;
  retryNow(): Promise<void>;
  /** Says whether people look at this page; where they do, connection and storage are probed at once. */
  setVisible(visible: boolean): Promise<void>;
  frames(): Promise<readonly FrameLogEntry[]>;
  position(): Promise<SyncPosition>;
  /** What this device did about its synchronisation, newest first; the last 200, kept over a reload. */
  syncLog(): Promise<readonly SyncLogEntry[]>;
  /** A text for support, without secrets and personal data. */
  diagnostics(): Promise<string>;
  about(): Promise<About>;
  /** Joins a shop; `master` is its address, with the fingerprint that it was compared with after a `#`, where {@link About.asksForMaster} says that people give it. */
  enroll(code: string, deviceName: string, master?: string | null): Promise<void>;
  /** Looks for the master at another address: it has moved. For who manages devices. */
  setMaster(address: string): Promise<void>;
  /** Masters that say in this network that they are here; looking takes a moment. None in a browser. */
  nearby(): Promise<readonly NearbyMaster[]>;
  /** How the master stands that could run here; null in a browser. */
  hosting(): Promise<Hosting | null>;
  /** Begins a shop whose master is this till, and joins it. */
  openShop(shop: NewShop, deviceName: string): Promise<void>;
  /** Starts or stops the master that runs here, from now on. For who manages devices. */
  setHosting(on: boolean): Promise<void>;
  /** Fills the screen or not, now and after the next start. Not in a browser. */
  setFullScreen(on: boolean): Promise<void>;
  /** Makes this tab the active one. */
  takeOver(): Promise<void>;

  // People. The session lives behind the door; who is logged in is the actor of what follows.
  shop(): Promise<ShopInfo>;
  loginUsers(): Promise<readonly LoginUser[]>;
  login(employeeId: Id, pin: string): Promise<LoginResult>;
  /** Also used to lock: the cart is the UI's and stays. */
  logout(): Promise<void>;
  /** Checks the PIN of somebody else who may lend the permission. */
  verifyOverride(employeeId: Id, pin: string, permission: Permission): Promise<OverrideResult>;
  permissions(role: Role): Promise<readonly Permission[]>;

  // Till
  scan(text: string): Promise<ScanResult>;
  priceCart(cart: Cart): Promise<PricedCart>;
  settle(cart: Cart, payments: readonly PaymentInput[]): Promise<Settlement>;
  /** Resolves when the sale is durable on this device. Asking twice for one cart makes one sale. */
  completeSale(cart: Cart, payments: readonly PaymentInput[]): Promise<CompletedSale>;
  /** Holds the goods of a cart for two minutes while it is paid; nothing while the master is away. */
  reserve(cart: Cart): Promise<readonly HeldElsewhere[]>;
  /** Lets go of what a cart holds. Not after its sale: the sale does that when it arrives. */
  release(cart: Id): Promise<void>;
  holdSale(cart: Cart, label: string): Promise<Id>;
  /** The cart of a held sale, which stays held until it is dropped. */
  heldCart(id: Id): Promise<Cart>;
  dropHeld(id: Id): Promise<void>;

  // Sales
  receipt(id: Id): Promise<ReceiptView>;
  /**
   * Brings a sale that this device does not hold, by the whole number of its receipt: `receipt`,
   * `refundable` and `refund` know it from then on, until the page is closed. `null` where the master
   * knows none either; rejects with `needs_master` while that is away.
   */
  lookUpSale(number: string): Promise<Id | null>;
  refundable(saleId: Id): Promise<RefundableSale>;
  quoteRefund(input: RefundInput): Promise<RefundQuote>;
  refund(input: RefundInput): Promise<CompletedRefund>;

  // The drawer
  /** This till's drawer, and the coins and notes to count it by. */
  drawer(): Promise<DrawerState>;
  /** `float` is what lies in it at the beginning. */
  openDrawer(id: Id, float: Minor): Promise<void>;
  moveCash(move: CashMove): Promise<void>;
  /** Takes over the open drawer and the held sales of a till that is gone or was set up anew. Works without the master. */
  takeOverTill(device: Id): Promise<void>;
  /** What a count comes to beside what should be there; records nothing. */
  countDrawer(counts: readonly CashCount[]): Promise<DrawerCount>;
  /** Closes the open drawer; asking twice makes one report. Works without the master. */
  closeDrawer(close: CloseDrawer): Promise<DrawerReport>;
  /** An X report of a session that is open, the Z report of one that is closed. */
  drawerReport(session: Id): Promise<DrawerReport>;
  /** The last 100 Z reports of all tills, newest first. */
  drawerReports(): Promise<readonly DrawerReport[]>;
  /** Opens the cash drawer at this till's printer without a sale; its report says when, who and why. */
  openCashDrawer(id: Id, reason: string): Promise<void>;

  // Paper. What fails here never touches a sale: that is recorded before.
  printing(): Promise<Printing>;
  /** For who manages devices, where {@link Printing.settings} says that there can be a printer. */
  setPrinter(settings: PrinterSettings): Promise<void>;
  /** What a printer could be connected to here. */
  printerPorts(): Promise<PrinterPorts>;
  /** Prints what shows that the printer is set up well, and opens the drawer that hangs on it. */
  printTestPage(): Promise<void>;
  /** Resolves when the printer has it; `not_wanted`: the settings print no sale by themselves. */
  printReceipt(id: Id, occasion: PrintOccasion): Promise<Printed>;
  /** Prints an X or Z report. */
  printReport(session: Id): Promise<Printed>;

  // Customers and what they owe
  createCustomer(id: Id, fields: CustomerFields): Promise<void>;
  /** `seen` are the fields as the form showed them: the master merges from there. */
  editCustomer(id: Id, seen: CustomerChanges, changes: CustomerChanges): Promise<void>;
  archiveCustomer(id: Id, archived: boolean): Promise<void>;
  /** Of the ledger the last 200 lines, newest first. */
  customerCredit(id: Id): Promise<CustomerCredit>;
  /** Who should have paid by now, longest ago first. */
  overdueCredit(): Promise<readonly OverdueRow[]>;
  payCredit(payment: CreditPayment): Promise<void>;
  correctCredit(correction: CreditCorrection): Promise<void>;

  // Products and stock
  createProduct(id: Id, fields: NewProduct): Promise<void>;
  /** `seen` are the fields as the form showed them: the master merges from there. */
  editProduct(id: Id, seen: ProductChanges, changes: ProductChanges): Promise<void>;
  archiveProduct(id: Id): Promise<void>;
  /** Undoes an archiving. */
  restoreProduct(id: Id): Promise<void>;
  createCategory(id: Id, fields: CategoryFields): Promise<void>;
  editCategory(id: Id, seen: CategoryChanges, changes: CategoryChanges): Promise<void>;
  /** Says what each line would do; records nothing. */
  checkImport(part: ImportPart): Promise<readonly ImportedLine[]>;
  /** Records what each line does. The same part twice changes nothing the second time. */
  importProducts(part: ImportPart): Promise<readonly ImportedLine[]>;
  adjustStock(change: StockChange): Promise<void>;
  /** Of a lot, where one is named; goods of a lot that is known are added to it. */
  receiveStock(change: StockChange): Promise<void>;
  /** The batches of a product, in the order in which they are sold. */
  batches(product: Id): Promise<ProductBatches>;
  /** What expires within so many days and is still there, and what has expired, soonest first. */
  expiring(days: number): Promise<ExpiringGoods>;
  editBatch(id: Id, seen: BatchChanges, changes: BatchChanges): Promise<void>;
  /** Takes goods off the stock that nobody will sell. Asking twice does it once. */
  writeOff(written: WrittenOff): Promise<void>;

  // What waits for a person
  /** Newest first; of the resolved ones the last 50. */
  conflicts(status: "open" | "resolved"): Promise<readonly ConflictCard[]>;
  /** All in one go, also without the master. Rejects, and does nothing, where something changed since it was seen. */
  resolve(chosen: readonly Chosen[]): Promise<void>;
  /** Newest first; of the closed ones the last 50. */
  tasks(open: boolean): Promise<readonly Task[]>;
  closeTask(end: TaskEnd): Promise<void>;
  countStock(count: StockCount): Promise<void>;
  /** What this device still has to show to somebody, newest first. */
  notices(): Promise<readonly Notice[]>;
  /** Does not show it here any more; other devices still do. */
  acknowledge(notice: Id): Promise<void>;

  editSettings(seen: SettingsChanges, changes: SettingsChanges): Promise<void>;

  // Employees
  saveEmployee(input: SaveEmployee): Promise<void>;

  // What the master keeps: all of these reject with `needs_master` while it is away.
  /** Looking is itself an entry; `after` the `head` of a look and `before` its `next` go on with it. */
  audit(query: AuditQuery): Promise<AuditPage>;
  devices(): Promise<readonly DeviceRow[]>;
  addDevice(device: NewDevice): Promise<DeviceCode>;
  /** The device itself learns it at once, or with its next connection. */
  renameDevice(id: Id, name: string): Promise<void>;
  setStandIn(id: Id, to: StandIn): Promise<void>;
  /** Nothing is taken from it any more; what it has not sent stays on it. */
  revokeDevice(id: Id): Promise<void>;
}
