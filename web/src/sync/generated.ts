// Generated from the types of `till` and of the crates below it: `cargo xtask types` writes it anew.
// What is said about a type or a field stands in Rust, and is mended there.
import type { EmployeeChanges, EmployeeFields, Product } from "./backend";

/** What runs behind the door, and where it looks for the master. */
export interface About {
  /** Name and version of the program. */
  readonly app: string;
  /** Base address of the master. */
  readonly master: string;
  /** False in a browser: a page belongs to the master that it came from. */
  readonly asksForMaster: boolean;
  /** Whether others in the network can read what goes between this till and the master. */
  readonly exposed: boolean;
  /** Whether the window fills the screen; null in a browser, whose pages do that by themselves. */
  readonly fullScreen: boolean | null;
}

/** What a Z report would say now. */
export interface Amended {
  readonly totals: DrawerTotals;
  readonly expected: Minor;
}

/** A second person lends a permission; goes into the cart and from there into the audit. */
export interface Approval {
  /** Which one. */
  readonly permission: Permission;
  /** Who. */
  readonly employeeId: Id;
  /** Their name then. */
  readonly name: string;
  /** When, in milliseconds. */
  readonly at: EpochMs;
  /** Opaque; made and checked by the shell, never recorded. */
  readonly token: string;
}

/** A rejected mutation: shown until dismissed, never dropped silently. */
export interface AttentionRow {
  /** The identity it was recorded under; numbers begin again with a new one. */
  readonly device: Id;
  readonly seq: Seq;
  readonly name: string;
  readonly at: EpochMs;
  readonly actor: string | null;
  readonly subject: string | null;
  readonly code: string;
  /** A sentence a person can act on. */
  readonly reason: string;
  /** The payload as indented JSON, for copying. */
  readonly payload: string;
}

/** A field as it was and as it is. */
export interface AuditChange {
  readonly field: string;
  readonly as: SaidAs;
  readonly was: FieldValue;
  readonly is: FieldValue;
}

/** One entry, in words. */
export interface AuditEntry {
  readonly number: number;
  readonly at: EpochMs;
  /** The name of the mutation, or the kind of what is done without one. */
  readonly action: string;
  readonly device: Id | null;
  readonly actor: Id | null;
  /** Null where nobody did it, or this device does not know who. */
  readonly actorName: string | null;
  readonly approvedByName: string | null;
  readonly verdict: Verdict | null;
  /** Why it was refused, or what was remarkable about it. */
  readonly reasons: ReadonlyArray<string>;
  readonly records: ReadonlyArray<AuditRecord>;
  /** What else is told of what is no change of records. */
  readonly about: FieldValues;
  /** Its content was erased; that it happened is still proved. */
  readonly erased: boolean;
}

/** A page of the audit. */
export interface AuditPage {
  /** Newest first. */
  readonly entries: ReadonlyArray<AuditEntry>;
  /** The `before` of the page after this one; null at the end. */
  readonly next: number | null;
  /** The newest entry of all, found or not: the `after` of what is written from here on. */
  readonly head: number;
}

/** Which entries are wanted; all that is given must hold. */
export interface AuditQuery {
  readonly actor?: Id | null;
  readonly device?: Id | null;
  /** A mutation such as `edit_product`, or what is done without one, such as `enrolled`. */
  readonly action?: string | null;
  readonly entity?: string | null;
  readonly record?: Id | null;
  readonly from?: EpochMs | null;
  readonly to?: EpochMs | null;
  /** Text anywhere in what was changed, capital or small. */
  readonly search?: string | null;
  /** Only entries before this number: the next page. */
  readonly before?: number | null;
  /** Only entries after this number: what came since. */
  readonly after?: number | null;
  /** At most 500. */
  readonly limit?: number | null;
}

/** A record that an entry is about. */
export interface AuditRecord {
  readonly collection: CollectionName;
  readonly id: Id;
  readonly label: string | null;
  readonly step: AuditStep;
  readonly changes: ReadonlyArray<AuditChange>;
}

/**
 * What became of a record. `recorded`: a receipt or the like, which is never changed and needs no
 * comparison.
 */
export type AuditStep = "created" | "changed" | "deleted" | "recorded";

/** What every call that fails carries: how a rejected promise looks to whoever asked. */
export interface BackendErrorShape {
  /** A stable code for programs, such as `permission_denied`, `storage_full`, `invalid_code`. */
  readonly code: string;
  /** What the caller can do about it. */
  readonly class: ErrorClass;
  /** A plain sentence: what happened and how to mend it. */
  readonly message: string;
  /** The field of a form that is at fault. */
  readonly field?: string | null;
  /** The permission somebody could lend, with `permission_denied`. */
  readonly permission?: Permission | null;
  /**
   * Who vouches for a main server that this device does not trust, with `unknown_master`: 64 hex
   * digits, for people to compare and to append to its address after a `#`.
   */
  readonly fingerprint?: string | null;
}

/** A rate in basis points: `Rate(2000)` is 20 %. */
export type BasisPoints = number;

/** Goods of one product that came with one lot. */
export interface BatchRow {
  readonly id: Id;
  readonly lot: string;
  /** `YYYY-MM-DD` */
  readonly expiry: string | null;
  readonly cost: Minor | null;
  readonly receivedAt: EpochMs | null;
  /** Below zero where more was sold of it than came. */
  readonly onHand: Milli;
  /** It may not be sold any more, unless somebody approves. */
  readonly expired: boolean;
}

/** A cart. */
export interface Cart {
  /** Becomes the id of the sale: completing the same cart twice makes one sale. */
  readonly id: Id;
  /** In the order they were added. Lines of one product stay apart. */
  readonly lines: ReadonlyArray<CartLine>;
  /** Off the whole order. */
  readonly discount: Discount | null;
  /** Who buys. */
  readonly customer: Id | null;
  /** What others lent. */
  readonly approvals: ReadonlyArray<Approval>;
}

/** One line: a snapshot of the product as it was when it entered the cart. */
export interface CartLine {
  /** Unique in the cart, made by the UI; becomes the id of the sale's line. */
  readonly id: Id;
  /** The product; `null` for something without a record. */
  readonly product: Id | null;
  /** Its code. */
  readonly code: string;
  /** Its name. */
  readonly name: string;
  /** Its unit. */
  readonly unit: string;
  /** How much. */
  readonly quantity: Milli;
  /** The price asked; differs from the list price after an override. */
  readonly unitPrice: Minor;
  /** The product's price. */
  readonly listPrice: Minor;
  /** Its tax. */
  readonly taxRate: BasisPoints;
  /** Off this line. */
  readonly discount: Discount | null;
  /** The lot that a GS1 code or a person named; `null` is whatever should be sold first. */
  readonly batch: string | null;
  /** The day a GS1 code or the batch names, `YYYY-MM-DD`. */
  readonly expiry: string | null;
  /** What one unit cost the shop. */
  readonly cost?: Minor | null;
  /** Whether stock is kept of it. */
  readonly stocked?: boolean;
  /** Which batch it is taken from; see [`crate::allot`]. */
  readonly batchId?: Id | null;
  /** The line that this is a part of, where that is taken from several batches. */
  readonly partOf?: Id | null;
}

/** How often one coin or note is there. */
export interface CashCount {
  /** What one is worth. */
  readonly value: Minor;
  /** How many there are. */
  readonly count: number;
}

/** Which way cash goes. */
export type CashKind = "add" | "payout" | "no_sale";

/** Cash that goes in or out. */
export interface CashMove {
  /** Made by the UI: asking twice moves it once. */
  readonly id: Id;
  /** Which way. */
  readonly kind: CashKind;
  /** How much, more than nothing; with [`CashKind::NoSale`] nothing. */
  readonly amount: Minor;
  /** Why, in words. */
  readonly reason: string;
}

/**
 * What a manager chooses. A value is a field's, or all of a record's own fields; none is no value, and
 * of a record that it is deleted.
 */
export type Choice =
  | { readonly choice: "theirs" }
  | { readonly choice: "mine" }
  | { readonly choice: "value"; readonly value: FieldValue | null };

/** A choice about one conflict. */
export type Chosen = {
  /** The conflict. */
  readonly id: Id;
  /** What its card gave as `seen`. */
  readonly seen: string;
} & ({ readonly choice: "theirs" } | { readonly choice: "mine" } | { readonly choice: "value"; readonly value: FieldValue | null });

/** What a client does about an error. */
export type Class = "retry" | "wait" | "attention" | "needs_auth" | "needs_upgrade" | "fatal";

/** What was counted in a drawer that is to be closed. */
export interface CloseDrawer {
  readonly session: Id;
  readonly counts: ReadonlyArray<CashCount>;
  /** Needed where the count is not what should be there. */
  readonly reason: string | null;
}

/** How a drawer was closed. */
export interface Closing {
  readonly number: number;
  readonly at: EpochMs;
  readonly by: string | null;
  readonly counted: Minor;
  readonly difference: Minor;
  readonly reason: string | null;
  /** The largest coin or note first. */
  readonly counts: ReadonlyArray<CashCount>;
}

/** The name of a collection, such as `products`. Cheap to clone. */
export type CollectionName = string;

/** A refund that is durable on this device. */
export interface CompletedRefund {
  readonly refundId: Id;
  readonly receipt: ReceiptView;
}

/** A sale that is durable on this device. */
export interface CompletedSale {
  readonly saleId: Id;
  readonly change: Minor;
  readonly receipt: ReceiptView;
}

/** A record of `conflicts`, for reading. */
export interface Conflict {
  /** Where the record is that two people changed. */
  readonly collection: CollectionName;
  /** Which record. */
  readonly record: Id;
  /** Which field; `null` where it is the whole record. */
  readonly field: string | null;
  /** What was withheld. */
  readonly step: ConflictStep;
  /** What both saw before they changed it. */
  readonly was: FieldValue | null;
  /** What stood when the conflict arose, or when a resolution came too late for it. */
  readonly theirs: FieldValue | null;
  /** Whose that is, where a person changed it. */
  readonly theirs_actor: Id | null;
  /** On which device. */
  readonly theirs_device: Id | null;
  /** What people called it then. */
  readonly theirs_device_name: string | null;
  /** When, by the clock of that device. */
  readonly theirs_at: EpochMs | null;
  /** What was withheld: the field's value, or a map of fields. */
  readonly mine: FieldValue | null;
  /** The device whose change was withheld. */
  readonly device: Id;
  /** What people called it then. */
  readonly device_name: string | null;
  /** The person there. */
  readonly actor: Id;
  /** What they did, such as `edit_product`. */
  readonly mutation: string;
  /** When, by the clock of that device. */
  readonly claimed_at: EpochMs;
  /** When the master found that it clashes. */
  readonly raised_at: EpochMs;
  /** Whether somebody chose. */
  readonly status: ConflictStatus;
  /** What they chose. */
  readonly resolution: ResolvedBy | null;
  /** What stood when they chose. */
  readonly seen: FieldValue | null;
  /** What stands since. */
  readonly resolved: FieldValue | null;
  /** Who chose. */
  readonly resolved_by: Id | null;
  /** When, by the clock of their device. */
  readonly resolved_at: EpochMs | null;
  /** The rule of the shop by which the master chose; none where a person did. */
  readonly rule: ConflictRule | null;
}

/** Two changes of the same thing, side by side, as they stand now. */
export interface ConflictCard {
  /** Goes back with the choice: so that nothing is overwritten that nobody has seen. */
  readonly seen: string;
  /** When the record was last changed. */
  readonly theirsAt: EpochMs | null;
  /** Resolved here, and not sent yet. */
  readonly pending: boolean;
  /** The conflict. */
  readonly id: Id;
  /** What its record says, in the words of the collection. */
  readonly conflict: Conflict;
  /** What people call the record it is about. */
  readonly label: string | null;
  /** The name of the person whose value stands. */
  readonly theirsName: string | null;
  /** The name of the person whose change was withheld. */
  readonly actorName: string | null;
  /** The name of the person who resolved it. */
  readonly resolverName: string | null;
  /** The record as it stands; `null` where it is gone. */
  readonly current: FieldValues | null;
  /** What keeping theirs leaves: the field's value, or the record's own fields. */
  readonly theirs: FieldValue | null;
  /** What keeping mine makes of it. */
  readonly mine: FieldValue | null;
  /** Whether the withheld change can be kept: not where the record is gone for good. */
  readonly canKeepMine: boolean;
}

/** A rule by which the master ends a conflict by itself. */
export type ConflictRule = "device_priority";

/** Whether somebody chose. */
export type ConflictStatus = "open" | "resolved";

/** The step that was withheld. */
export type ConflictStep = "insert" | "patch" | "delete" | "add";

/**
 * How the device stands to its master. Carries its reason.
 *
 * `paused`: the master refuses this device's token or this build; its queue waits, nothing is
 * dropped. `other_tab`: another tab of this browser works. `failed`: going on could lose or double
 * something.
 */
export type Connection =
  | { readonly state: "no_network" }
  | {
      readonly state: "connecting";
      /** Counts from 1. */
      readonly attempt: number;
      /** When the next attempt starts; absent while one runs. */
      readonly nextRetryAt: EpochMs | null;
    }
  | { readonly state: "checking" }
  | { readonly state: "online" }
  | {
      readonly state: "server_unreachable";
      /** Counts from 1. */
      readonly attempt: number;
      /** When the next attempt starts; absent while one runs. */
      readonly nextRetryAt: EpochMs | null;
    }
  | {
      readonly state: "paused";
      /** Why. */
      readonly reason: PauseReason;
      /** In words. */
      readonly message: string;
    }
  | { readonly state: "draining" }
  | {
      readonly state: "storage";
      /** What is wrong. */
      readonly problem: StorageProblem;
    }
  | { readonly state: "other_tab" }
  | {
      readonly state: "failed";
      /** Why, in words. */
      readonly message: string;
    };

/** A correction of what a customer owes. */
export interface CreditCorrection {
  readonly id: Id;
  readonly customer: Id;
  readonly kind: "adjust" | "write_off";
  /** Of a correction it may be below zero: they owe less. */
  readonly amount: Minor;
  readonly note: string;
}

/** What happens to a balance. */
export type CreditKind = "charge" | "payment" | "adjust" | "write_off";

/** A line of a ledger. */
export interface CreditLine {
  readonly id: Id;
  readonly kind: CreditKind;
  /** What the balance changes by: below zero it goes down. */
  readonly amount: Minor;
  readonly sale: Id | null;
  readonly number: string | null;
  /** `YYYY-MM-DD` */
  readonly due: string | null;
  readonly method: "cash" | "card" | null;
  readonly at: EpochMs;
  readonly note: string | null;
  readonly pending: boolean;
}

/** What a customer pays of what they owe. */
export interface CreditPayment {
  /** Made by the UI: asking twice pays once. */
  readonly id: Id;
  readonly customer: Id;
  readonly amount: Minor;
  readonly method: "cash" | "card";
}

/** What a customer owes, and how it came about. */
export interface CustomerCredit {
  readonly limit: Minor;
  readonly balance: Minor;
  /** What this till may still lend; less while the main server is away. */
  readonly left: Minor;
  /** Newest first. */
  readonly entries: ReadonlyArray<CreditLine>;
}

/** Lets one device in, once. */
export interface DeviceCode {
  readonly code: string;
  readonly expiresAt: EpochMs;
  /** Where the new device finds the master; null where that has no address beyond its own machine. */
  readonly reach: Reach | null;
}

/** What a device is for; the scope of a collection is given in these. */
export type DeviceKind = "till" | "terminal" | "dashboard" | "node";

/** A device as the screen shows it. */
export interface DeviceRow {
  readonly id: Id;
  readonly name: string;
  readonly kind: DeviceKind;
  /** Its place in the order of enrolments; 0 for the master itself. */
  readonly ordinal: number;
  readonly readOnly: boolean;
  readonly role: "master" | "client";
  /** Whether it may stand in for the master; the larger priority goes first. */
  readonly standsIn: boolean;
  readonly priority: number;
  readonly online: boolean;
  /** This very device, which asks. */
  readonly own: boolean;
  readonly lastSeen: EpochMs | null;
  /** When it last had everything that the master had. */
  readonly lastSyncedAt: EpochMs | null;
  /** Waiting to be sent, as it told last. */
  readonly pending: number;
  /** Refused, as it told last. */
  readonly attention: number;
  /** Positions of the log it has not applied; null while that is not known. */
  readonly behind: number | null;
  readonly app: string | null;
  readonly enrolledAt: EpochMs;
  readonly revokedAt: EpochMs | null;
  /** Its database was lost or rolled back; it has another identity since. */
  readonly closedAt: EpochMs | null;
}

/** This device as the main server knows it. */
export interface DeviceSelf {
  readonly id: Id;
  readonly name: string;
  readonly kind: DeviceKind;
  /** It may look and record nothing, and nobody looks at the audit on it. */
  readonly readOnly: boolean;
}

/** Less to pay. */
export type Discount =
  | {
      readonly kind: "percent";
      /** How much of it. */
      readonly rate: BasisPoints;
    }
  | {
      readonly kind: "amount";
      /** How much. */
      readonly amount: Minor;
    };

/** What a count comes to. */
export interface DrawerCount {
  readonly expected: Minor;
  readonly counted: Minor;
  /** Counted less expected. */
  readonly difference: Minor;
}

/** An X report of a drawer that is open, the Z report of one that is closed. */
export interface DrawerReport {
  readonly session: Id;
  readonly shop: string;
  readonly till: string;
  readonly openedAt: EpochMs | null;
  readonly openedBy: string | null;
  readonly float: Minor;
  /** What the till knew when it closed the drawer; what is known now, of one that is open. */
  readonly totals: DrawerTotals;
  readonly expected: Minor;
  /** What came afterwards is in here too: the report itself stays. Null: nothing came. */
  readonly amended: Amended | null;
  /** Null: the drawer is open, and this is an X report. */
  readonly closing: Closing | null;
  /** Cash that went in and out, oldest first. */
  readonly moves: ReadonlyArray<MovedCash>;
  /** True until the master has confirmed it. */
  readonly pending: boolean;
}

/** The drawer of this till. */
export interface DrawerState {
  /** Null: no drawer is open here, and sales belong to none. */
  readonly open: OpenDrawer | null;
  /** What coins and notes there are, the largest first. */
  readonly coins: ReadonlyArray<Minor>;
  /** What other tills have open, for whoever may take it over. */
  readonly elsewhere: ReadonlyArray<OpenElsewhere>;
}

/**
 * What the facts of a session add up to: fields derived for its record, and kept by its Z report
 * as they were then.
 */
export interface DrawerTotals {
  /** How many sales. */
  readonly sales: number;
  /** What they came to. */
  readonly sales_total: Minor;
  /** How many refunds. */
  readonly refunds: number;
  /** What they came to, as a positive number. */
  readonly refunds_total: Minor;
  /** Cash taken for sales, change taken off. */
  readonly cash_sales: Minor;
  /** Cash given back. */
  readonly cash_refunds: Minor;
  /** Taken by card. */
  readonly card_sales: Minor;
  /** Given back by card. */
  readonly card_refunds: Minor;
  /** Sold on credit. */
  readonly credit_sales: Minor;
  /** Taken off what customers owe, for goods that came back. */
  readonly credit_refunds: Minor;
  /** Cash that customers paid of what they owe. */
  readonly credit_paid: Minor;
  /** Cash put in. */
  readonly cash_in: Minor;
  /** Cash taken out. */
  readonly cash_out: Minor;
}

/**
 * How long what is stored lasts. `unpromised`: the browser may clear it when space runs out.
 * `forgotten`: it ends with this window.
 */
export type Durability = "kept" | "unpromised" | "forgotten";

/** Milliseconds since 1970 in UTC. */
export type EpochMs = number;

/** What the caller can do about it. */
export type ErrorClass = "retry" | "wait" | "attention" | "needs_auth" | "needs_upgrade" | "fatal" | "invalid";

/** What expires and what has expired, of all products. */
export interface ExpiringGoods {
  /** `YYYY-MM-DD` */
  readonly today: string;
  readonly rows: ReadonlyArray<ExpiringRow>;
}

/** A batch of which something is left, with a date. */
export interface ExpiringRow {
  /** The batch. */
  readonly id: Id;
  readonly product: Id;
  readonly name: string;
  readonly code: string;
  readonly unit: string;
  readonly lot: string;
  readonly expiry: string;
  readonly expired: boolean;
  readonly onHand: Milli;
  /** What it cost the shop; null where nobody said. */
  readonly worth: Minor | null;
}

/**
 * One value inside a document.
 *
 * There are no floats (money and quantities are integers) and no null: a field that has no value
 * is absent, so that "absent" means the same in a patch, in a digest and in a query.
 */
export type FieldValue =
  | string
  | number
  | boolean
  | null
  | readonly FieldValue[]
  | { readonly [field: string]: FieldValue };

/** The named values of one record, sorted by name: the same document always has the same bytes. */
export interface FieldValues {
  readonly [field: string]: FieldValue;
}

/** A firewall of this machine, and how it is told to let others in. */
export interface FirewallHint {
  /** What it is called. */
  readonly program: string;
  /** What an administrator types. */
  readonly command: string;
}

/** How far the first sync or a repair has come, in records. */
export interface FirstSync {
  /** Stored. */
  readonly done: number;
  /** In all, once the master has said so. */
  readonly total: number | null;
}

/** Which way a frame went. */
export type FrameDirection = "in" | "out";

/** One frame as the inspector shows it: no payload. */
export interface FrameLogEntry {
  /** When. */
  readonly at: EpochMs;
  /** Which way. */
  readonly direction: FrameDirection;
  /** Its tag: `push`, `outcomes`, … */
  readonly kind: string;
  /** Its size. */
  readonly bytes: number;
  /** What it carries, in a few words. */
  readonly summary: string;
}

/** Goods of a cart that another till holds while it is paid there. */
export interface HeldElsewhere {
  readonly productId: Id;
  readonly name: string;
  readonly wanted: Milli;
  /** What this cart holds of them. */
  readonly held: Milli;
  readonly till: string;
}

/**
 * The master that could run in the same place as the till.
 *
 * `elsewhere`: the shop has its master elsewhere. `stopped`: it is this till's, and was stopped by
 * somebody. `failed`: it should run and cannot; the message says why, and what to do.
 */
export type Hosting =
  | { readonly state: "elsewhere" }
  | { readonly state: "stopped" }
  | {
      readonly state: "running";
      /** Its base address. */
      readonly address: string;
      /** How other machines reach it, where they do. */
      readonly lan: HostingLan | null;
    }
  | {
      readonly state: "failed";
      /** Why, and what to do, for people. */
      readonly message: string;
    };

/** How other machines reach a master that runs here. */
export interface HostingLan {
  /** Base addresses, the likeliest first. */
  readonly addresses: ReadonlyArray<string>;
  /** The page where tablets and browsers begin; null where this machine is in no network. */
  readonly page: string | null;
  /** What the authority of the store is known by, in groups of four digits. */
  readonly fingerprint: ReadonlyArray<string>;
  /** A firewall of this machine that may keep them away, and what lets them in. */
  readonly firewall: FirewallHint | null;
}

/** An id of a record, a device, a person, …: a UUID as text. */
export type Id = string;

/** One line of the file. */
export interface ImportLine {
  /** Its number in the file, counted from 1. */
  readonly line: number;
  readonly cells: ReadonlyArray<string>;
}

/**
 * A part of a file of products, small enough that the till goes on selling meanwhile: the cells as
 * text, as they stand in it.
 */
export interface ImportPart {
  readonly header: ReadonlyArray<string>;
  readonly lines: ReadonlyArray<ImportLine>;
}

/** What a line does. */
export type ImportState = "new" | "changed" | "unchanged" | "bad";

/** What a line does, or why it does nothing. */
export interface ImportedLine {
  /** Its number in the file, counted from 1. */
  readonly line: number;
  readonly state: ImportState;
  readonly code: string | null;
  readonly name: string | null;
  /** Why a bad line is one, in words. */
  readonly reason: string | null;
}

/** The last thing that went wrong. */
export interface LastError {
  /** When. */
  readonly at: EpochMs;
  /** Stable code. */
  readonly code: string;
  /** What is done about it. */
  readonly class: Class;
  /** A sentence. */
  readonly message: string;
}

/** How logging in ended. */
export type LoginResult =
  | { readonly ok: true; readonly session: Session }
  | { readonly ok: false } & ({ readonly reason: "wrong_pin"; readonly triesLeft: number } | { readonly reason: "locked"; readonly until: EpochMs } | { readonly reason: "expired" } | { readonly reason: "unknown_user" });

/** A tile of the login screen: active employees with a PIN on this device. */
export interface LoginUser {
  readonly id: Id;
  readonly name: string;
  readonly role: Role;
  readonly lockedUntil: EpochMs | null;
}

/** An amount of goods in thousandths of its unit: `Quantity(2500)` is two and a half. */
export type Milli = number;

/**
 * An amount of money in minor units of the store's currency, such as pence.
 *
 * Arithmetic saturates at what a document can carry: an absurd amount in somebody's record must
 * not bring the master down.
 */
export type Minor = number;

/** Cash that went in or out, as a report lists it. */
export interface MovedCash {
  readonly id: Id;
  readonly kind: CashKind;
  readonly amount: Minor;
  readonly reason: string;
  readonly at: EpochMs;
  readonly by: string | null;
}

/** A master that says in this network that it is here. It says so itself: nobody vouches for it yet. */
export interface NearbyMaster {
  /** What people call its shop. */
  readonly shop: string;
  /** Its base address. */
  readonly address: string;
  /** The authority that shall vouch for it, as 64 hex digits; null where it has no TLS. */
  readonly authority: string | null;
}

/** What a one-time code shall let in. */
export interface NewDevice {
  /** Null: it is asked for on the device itself. */
  readonly name: string | null;
  readonly kind: Exclude<DeviceKind, "node">;
  readonly readOnly: boolean;
}

/** A shop that begins. Not to be written into logs: it has a PIN in it. */
export interface NewShop {
  /** What people call it. */
  readonly shop: string;
  /** Its owner, who may do everything. */
  readonly person: string;
  /** What they log in with: 4 to 8 digits. */
  readonly pin: string;
}

/** What everybody should know at once. */
export interface Notice {
  readonly id: Id;
  readonly kind: string;
  readonly subject: string;
  /** A sentence. */
  readonly message: string;
  readonly raisedAt: EpochMs;
}

/** A drawer that is open. */
export interface OpenDrawer {
  readonly id: Id;
  readonly openedAt: EpochMs;
  readonly openedBy: string | null;
  readonly float: Minor;
}

/** What another till has open: a drawer, held sales, or both. */
export interface OpenElsewhere {
  readonly device: Id;
  /** What people call the till, such as `T03`; null: it is not known. */
  readonly till: string | null;
  /** Null: no drawer is open there. */
  readonly openedAt: EpochMs | null;
  readonly openedBy: string | null;
  readonly held: number;
}

/** One mutation of this device. Decided ones are listed while their payload is kept. */
export interface OutboxRow {
  readonly seq: Seq;
  /** Name of the mutation, for example `complete_sale`. */
  readonly name: string;
  readonly at: EpochMs;
  readonly actor: string | null;
  readonly state: OutboxState;
  /** How often it was sent since the page was opened. */
  readonly attempts: number;
  readonly bytes: number;
  /** Why it waits or how it ended, in a plain sentence. */
  readonly reason: string | null;
  /** What it is about: a receipt number, a product's name. */
  readonly subject: string | null;
}

/** How far a mutation is. */
export type OutboxState = "waiting" | "in_flight" | "accepted" | "merged" | "conflict" | "rejected";

/** Somebody who should have paid by now. */
export interface OverdueRow {
  readonly id: Id;
  readonly name: string;
  readonly phone: string | null;
  readonly email: string | null;
  readonly balance: Minor;
  /** What of it is late. */
  readonly overdue: Minor;
  /** `YYYY-MM-DD`; null: longer ago than this till knows. */
  readonly since: string | null;
}

/** Something the person logged in may not do alone. */
export interface OverrideNeed {
  /** What somebody else can lend. */
  readonly permission: Permission;
  /** The line; `null` is the whole order. */
  readonly line: Id | null;
  /** A sentence. */
  readonly reason: string;
}

/** Whether a second person lends a permission. */
export type OverrideResult =
  | { readonly ok: true; readonly approval: Approval }
  | { readonly ok: false; readonly reason: "not_allowed" }
  | { readonly ok: false } & ({ readonly reason: "wrong_pin"; readonly triesLeft: number } | { readonly reason: "locked"; readonly until: EpochMs } | { readonly reason: "expired" } | { readonly reason: "unknown_user" });

/** Why a device's queue is paused. */
export type PauseReason = "auth" | "needs_upgrade";

/** One payment of a receipt. Change is a negative payment in cash. */
export interface Payment {
  /** How. */
  readonly method: PaymentMethod;
  /** How much. */
  readonly amount: Minor;
}

/**
 * What was handed over: cash as the customer gave it, change not taken off yet; on credit, what the
 * customer of the cart owes from now on.
 */
export type PaymentInput =
  | {
      readonly method: "cash";
      /** How much. */
      readonly tendered: Minor;
    }
  | {
      readonly method: "card";
      /** How much. */
      readonly amount: Minor;
    }
  | {
      readonly method: "credit";
      /** How much. */
      readonly amount: Minor;
    };

/** How something was paid. */
export type PaymentMethod = "cash" | "card" | "credit";

/** What a person may be allowed to do. Screens ask by it, and the master checks again. */
export type Permission =
  | "sell"
  | "discount"
  | "override_price"
  | "refund"
  | "refund_without_receipt"
  | "edit_products"
  | "adjust_stock"
  | "receive_stock"
  | "manage_employees"
  | "close_tasks"
  | "resolve_conflicts"
  | "manage_devices"
  | "view_audit"
  | "edit_settings"
  | "view_reports"
  | "use_drawer"
  | "sell_expired"
  | "edit_customers"
  | "manage_credit";

/** What a cart costs, and what stands in its way. */
export interface PricedCart {
  /** Empty: may be completed by whom is logged in (approvals of the cart counted). */
  readonly needs: ReadonlyArray<OverrideNeed>;
  /** Of the lines whose product has batches. */
  readonly batches: ReadonlyArray<TakenBatches>;
  /** As many as the cart has, in its order. */
  readonly lines: ReadonlyArray<PricedLine>;
  /** The sum of the lines' totals. */
  readonly subtotal: Minor;
  /** Off the whole order, as a positive number. */
  readonly discount: Minor;
  /** By rate. */
  readonly tax: ReadonlyArray<TaxLine>;
  /** All tax. */
  readonly taxTotal: Minor;
  /** To pay. */
  readonly total: Minor;
  /** To pay where all of it is paid in cash. */
  readonly cashTotal: Minor;
  /** The sum of the quantities. */
  readonly units: Milli;
}

/** What a line costs. */
export interface PricedLine {
  /** The line. */
  readonly id: Id;
  /** Quantity × price, rounded once. */
  readonly gross: Minor;
  /** Its own discount, as a positive number. */
  readonly discount: Minor;
  /** Gross less own discount, as printed. */
  readonly total: Minor;
  /** Its part of the order's discount. */
  readonly orderDiscount: Minor;
  /** Its part of the tax of its rate. */
  readonly tax: Minor;
}

/**
 * Why a receipt is printed. `made`: it was made a moment ago, so the settings say whether it is printed
 * and the drawer opens; asking twice does it once. `first`: a person wants it, and where it came out
 * before it says that it is a copy. `copy`: it says so in any case.
 */
export type PrintOccasion = "made" | "first" | "copy";

/**
 * Where paper would come out now. `here`: at this till's own printer. `master`: at that of the till
 * which is the main server. `nowhere`: there is only the dialog of this device.
 */
export type PrintPlace = "here" | "master" | "nowhere";

/** How a print ended that did not fail. `not_wanted`: the settings say that this is not printed by itself. */
export type Printed = "done" | "not_wanted";

/**
 * How a printer is reached: in the network (a name or an address, with a port where that is not 9100), at
 * a serial port (`speed` in bits a second), at USB, or as a device of the system or a file.
 */
export type PrinterConnection =
  | { readonly kind: "none" }
  | {
      readonly kind: "network";
      /** Its name or address, with a port where that is not 9100. */
      readonly address: string;
    }
  | {
      readonly kind: "serial";
      /** The port, such as `/dev/ttyS0` or `COM3`. */
      readonly port: string;
      /** Its speed in bits a second. */
      readonly speed: number;
    }
  | {
      readonly kind: "usb";
      /** Who made it. */
      readonly vendor: number;
      /** Which model it is. */
      readonly product: number;
    }
  | {
      readonly kind: "file";
      /** Where it is, from the root. */
      readonly path: string;
    };

/** What a printer could be connected to here. */
export interface PrinterPorts {
  /** Serial ports by their names. */
  readonly serial: ReadonlyArray<string>;
  /** Printers at USB. */
  readonly usb: ReadonlyArray<UsbPrinter>;
  /** Devices of the system that printers are written to. */
  readonly files: ReadonlyArray<string>;
}

/** A printer and how it is used: a setting of the place a till runs in, nobody's record. */
export interface PrinterSettings {
  /** How it is reached. */
  readonly connection: PrinterConnection;
  /** So many characters go on a line: 48 or 42 on paper of 80 mm, 32 on paper of 58 mm. */
  readonly columns: number;
  /** Whether every sale made here is printed by itself. */
  readonly automatic: boolean;
  /** Whether the cash drawer, which hangs on the printer, opens when cash goes in or out. */
  readonly drawer: boolean;
}

/** Where paper comes out, and how this till's own printer is set up. */
export interface Printing {
  readonly place: PrintPlace;
  /** Null where it can have none, as in a browser. */
  readonly settings: PrinterSettings | null;
}

/** The batches of one product. */
export interface ProductBatches {
  /** `YYYY-MM-DD`, by which it was decided what has expired. */
  readonly today: string;
  /** In the order in which they are sold; at the end the last ten of which nothing is left. */
  readonly batches: ReadonlyArray<BatchRow>;
  /** What is there without anybody having said of which batch. */
  readonly withoutBatch: Milli;
}

/** How another machine comes to the master, for a device that shall join. */
export interface Reach {
  /** Its base address. */
  readonly address: string;
  /**
   * The page where a browser begins that does not trust it yet; null where nothing is to be
   * trusted.
   */
  readonly page: string | null;
  /** Who vouches for it, as 64 hex digits; null where it has no TLS. */
  readonly authority: string | null;
}

/** What a receipt is of. */
export type ReceiptKind = "sale" | "refund";

/** What a customer bought of one thing, from however many batches it was taken. */
export interface ReceiptLine {
  readonly id: Id;
  readonly name: string;
  readonly code: string;
  readonly quantity: Milli;
  readonly unit: string;
  readonly unitPrice: Minor;
  readonly discount: Minor;
  readonly total: Minor;
}

/** A receipt, of a sale or a refund. */
export interface ReceiptView {
  readonly kind: ReceiptKind;
  readonly id: Id;
  readonly number: string;
  readonly shop: string;
  readonly addressLines: ReadonlyArray<string>;
  readonly till: string;
  readonly cashier: string | null;
  readonly at: EpochMs;
  readonly lines: ReadonlyArray<ReceiptLine>;
  readonly subtotal: Minor;
  readonly discount: Minor;
  readonly tax: ReadonlyArray<TaxLine>;
  readonly taxIncluded: boolean;
  readonly rounding: Minor;
  readonly total: Minor;
  readonly payments: ReadonlyArray<Payment>;
  readonly change: Minor;
  readonly footer: string | null;
  /** True until the master has confirmed it. */
  readonly pending: boolean;
  /** Derived from its refunds; `none` for a refund. */
  readonly refunded: Refunded;
  readonly refunds: ReadonlyArray<RefundOfSale>;
  /** A refund's own sale, where there is one. */
  readonly sale: RefundedSale | null;
  readonly reason: string | null;
}

/** What the refund screen asks for. */
export interface RefundInput {
  /** Id of the refund, made by the UI: asking twice makes one refund. */
  readonly id: Id;
  /** Null: without receipt. */
  readonly saleId: Id | null;
  readonly lines: ReadonlyArray<RefundLine>;
  /** Goods go back on the shelf. */
  readonly restock: boolean;
  readonly reason: string;
  /** Null: back the way it was paid. */
  readonly method: "cash" | "card" | null;
  readonly approvals: ReadonlyArray<Approval>;
}

/** What is given back: goods of the receipt, or without one. */
export type RefundLine =
  | { readonly kind: "sale_line"; readonly line: Id; readonly quantity: Milli }
  | { readonly kind: "product"; readonly product: Id; readonly quantity: Milli; readonly unitPrice: Minor };

/** A refund, as the receipt of its sale names it. */
export interface RefundOfSale {
  readonly id: Id;
  readonly number: string;
  readonly at: EpochMs;
  readonly total: Minor;
  readonly reason: string;
}

/** What a refund comes to, before it is made. */
export interface RefundQuote {
  readonly total: Minor;
  readonly taxTotal: Minor;
  readonly payments: ReadonlyArray<Payment>;
  readonly needs: ReadonlyArray<OverrideNeed>;
}

/** What is left of one line. */
export interface RefundableLine {
  readonly id: Id;
  readonly name: string;
  readonly unit: string;
  readonly sold: Milli;
  readonly refundable: Milli;
  readonly unitPrice: Minor;
  readonly total: Minor;
  /** Of which batch it is, and goes back to. */
  readonly lot: string | null;
  readonly expiry: string | null;
}

/** What is left to refund of a sale. */
export interface RefundableSale {
  readonly saleId: Id;
  readonly number: string;
  readonly soldAt: EpochMs;
  readonly total: Minor;
  readonly lines: ReadonlyArray<RefundableLine>;
}

/** How much of a sale was given back. */
export type Refunded = "none" | "partly" | "fully";

/** A sale, as the receipt of a refund names it. */
export interface RefundedSale {
  readonly id: Id;
  readonly number: string | null;
}

/** Which side a resolution kept. */
export type ResolvedBy = "theirs" | "mine" | "merged";

/** What a person may do; see [`crate::permission`]. */
export type Role = "owner" | "manager" | "cashier" | "stock_clerk" | "viewer";

/** How to say a value. */
export type SaidAs = "money" | "quantity" | "rate" | "time" | "device" | "plain";

/** The form of an employee. */
export interface SaveEmployee {
  /** Made by the UI for a new one. */
  readonly id: Id;
  /** The fields as the form showed them; null for a new employee. */
  readonly seen: EmployeeFields | null;
  readonly changes: EmployeeChanges;
  /** A new PIN, 4 to 8 digits. Needs the master. */
  readonly pin: string | null;
}

/**
 * What a code stands for.
 *
 * `unreadable`: the text is a code whose check digit is wrong, or cannot be read at all.
 */
export type ScanResult =
  | {
      readonly kind: "product";
      readonly product: Product;
      /** From a weight-embedded code, else 1000. */
      readonly quantity: Milli;
      /** From a price-embedded code, else the product's price. */
      readonly unitPrice: Minor;
      readonly batch: string | null;
      readonly expiry: string | null;
    }
  | { readonly kind: "unknown"; readonly code: string }
  | { readonly kind: "unreadable"; readonly code: string }
  | { readonly kind: "archived"; readonly code: string; readonly name: string };

/** A task as it was seen, so that one that happened again is not closed. */
export interface SeenTask {
  readonly task: Id;
  readonly count: number;
}

/** The number of a mutation on its device: 1, 2, 3 … without gaps or reuse. 0 stands before the first. */
export type Seq = number;

/** Who is logged in. */
export interface Session {
  readonly employeeId: Id;
  readonly name: string;
  readonly role: Role;
  readonly permissions: ReadonlyArray<Permission>;
  /** The largest discount this person may give alone; 10000 means any. */
  readonly maxDiscount: BasisPoints;
}

/** Where a split payment stands. */
export interface Settlement {
  /** To pay. */
  readonly total: Minor;
  /** The rounding of the part paid in cash, signed; part of what is paid once it is complete. */
  readonly rounding: Minor;
  /** What was handed over so far. */
  readonly paid: Minor;
  /** Still to pay if the rest is paid by card. */
  readonly remaining: Minor;
  /** Still to pay if the rest is paid in cash. */
  readonly remainingCash: Minor;
  /** To give back. */
  readonly change: Minor;
  /** Whether all is paid. */
  readonly complete: boolean;
  /** Sums a customer is likely to hand over for the rest, ascending. */
  readonly suggestions: ReadonlyArray<Minor>;
}

/** What the shop is called and how it counts. */
export interface ShopInfo {
  readonly name: string;
  readonly addressLines: ReadonlyArray<string>;
  /** ISO 4217. */
  readonly currency: string;
  /** Digits after the point: 2 for GBP. */
  readonly exponent: number;
  /** BCP 47, for numbers and dates. */
  readonly locale: string;
  /** For example `T03`. */
  readonly till: string;
  readonly taxIncluded: boolean;
  /** Rates the product form offers. */
  readonly taxRates: ReadonlyArray<TaxRate>;
  /** Smallest coin for cash; 1 = no rounding. */
  readonly cashRounding: Minor;
  /** Demo: the login screen may show the printed users' PINs. */
  readonly demo: boolean;
  /** The master listens on the LAN without TLS: said on every screen. */
  readonly insecureLan: boolean;
}

/** How far a device may stand in. */
export interface StandIn {
  readonly standsIn: boolean;
  readonly priority: number;
}

/** A form that brings goods or takes them away. */
export interface StockChange {
  /** Id of the document, made by the UI: asking twice to receive goods receives them once. */
  readonly id: Id;
  readonly product: Id;
  readonly delta: Milli;
  readonly reason: string;
  /** The rest is for goods that come: what is printed on them. */
  readonly lot?: string | null;
  /** The last day on which they may be sold, `YYYY-MM-DD`. */
  readonly expiry?: string | null;
  /** What one unit cost. */
  readonly cost?: Minor | null;
}

/** What somebody counted; the difference to what was shown is what changes. */
export interface StockCount {
  /** Made by the caller: asking twice counts once. */
  readonly id: Id;
  readonly product: Id;
  /** Which batch of it was counted. */
  readonly batch?: Id | null;
  readonly counted: Milli;
  /** What the screen showed as the stock on hand. */
  readonly expected: Milli;
  readonly note: string;
  /** The task that asked for it, as it was seen. */
  readonly task: SeenTask | null;
}

/** How safe what this till stores is, and how much more there is room for. */
export interface StorageHealth {
  readonly durability: Durability;
  /**
   * False: there was no room for products and the like; they are in memory until the page is
   * opened again.
   */
  readonly recordsKept: boolean;
  readonly usedBytes: number | null;
  readonly quotaBytes: number | null;
  /** So little room is left that nothing new is recorded while offline. */
  readonly nearlyFull: boolean;
}

/** What is wrong with the storage. */
export type StorageProblem = "lost" | "full" | "memory_only";

/** One thing that the device did about its synchronisation, or that happened to it. */
export interface SyncLogEntry {
  /** When; of several together the last. */
  readonly at: EpochMs;
  /** What. */
  readonly kind: SyncLogKind;
  /** How many mutations or records it was about, where it was about some. */
  readonly count: number | null;
  /** More about it, in words. */
  readonly detail: string | null;
}

/** What happened. */
export type SyncLogKind =
  | "started"
  | "joined"
  | "connected"
  | "lost"
  | "no_network"
  | "draining"
  | "paused"
  | "storage"
  | "failed"
  | "sent"
  | "refused"
  | "repaired"
  | "resynchronised"
  | "problem";

/** Where this device stands in the log. */
export interface SyncPosition {
  readonly logId: string | null;
  readonly position: number;
  readonly yourSeq: Seq;
  readonly nextSeq: Seq;
  readonly archived: Seq;
}

/** How a till stands, as screens show it: the thing people look at. */
export interface SyncStatus {
  readonly connection: Connection;
  /** Since when `connection` is in this state. */
  readonly since: EpochMs;
  /** Null until the device is enrolled. */
  readonly device: DeviceSelf | null;
  /** False: show the enrolment page. */
  readonly registered: boolean;
  /** `master` when this device orders the log itself; a browser is always `client`. */
  readonly role: "client" | "master";
  /** Address of the master last talked to. */
  readonly master: string | null;
  /** Mutations without an outcome: the number to send. */
  readonly pending: number;
  readonly oldestPendingAt: EpochMs | null;
  /** Pending does not shrink although the connection is online. */
  readonly stalled: boolean;
  readonly inFlight: number;
  /** Rejected mutations that nobody dismissed yet. */
  readonly attention: number;
  readonly conflicts: number;
  readonly tasks: number;
  readonly lastSyncedAt: EpochMs | null;
  readonly firstSync: FirstSync | null;
  /** How far this device's clock is ahead of the master's. */
  readonly clockSkewMs: number | null;
  readonly lastError: LastError | null;
  readonly storage: StorageHealth;
}

/** What a line would be taken from one batch. */
export interface TakenBatch {
  /** Null: of none that is known here. */
  readonly lot: string | null;
  readonly expiry: string | null;
  readonly quantity: Milli;
  readonly expired: boolean;
}

/** Which batches a line would be taken from now. */
export interface TakenBatches {
  readonly line: Id;
  readonly of: ReadonlyArray<TakenBatch>;
  /** All that is there of the product has expired. */
  readonly onlyExpired: boolean;
}

/** What somebody did about a task. */
export type TaskAction = "accepted" | "recounted" | "refunded" | "called" | "reissued" | "dismissed";

/** How a task ends. */
export interface TaskEnd {
  readonly task: Id;
  /** How often it had happened when it was seen. */
  readonly count: number;
  readonly action: TaskAction;
  readonly note: string;
}

/** What one rate adds up to on a receipt. */
export interface TaxLine {
  /** The rate. */
  readonly rate: BasisPoints;
  /** Without tax. */
  readonly net: Minor;
  /** The tax. */
  readonly tax: Minor;
  /** With tax. */
  readonly gross: Minor;
}

/** A rate of the shop, by its name. */
export interface TaxRate {
  readonly name: string;
  readonly rate: BasisPoints;
}

/** A printer at USB, as it says of itself. */
export interface UsbPrinter {
  /** Who made it, as a number. */
  readonly vendor: number;
  /** Which model it is, as a number. */
  readonly product: number;
  /** Both in words. */
  readonly name: string;
}

/** How a mutation ended. */
export type Verdict = "accepted" | "merged" | "conflict" | "rejected" | "already_decided";

/** Goods that nobody will sell. */
export interface WrittenOff {
  /** Made by the UI: asking twice writes off once. */
  readonly id: Id;
  readonly product: Id;
  readonly batch: Id | null;
  /** How much goes, as a positive number. */
  readonly quantity: Milli;
  readonly reason: "expire" | "damage";
  readonly note?: string;
}
