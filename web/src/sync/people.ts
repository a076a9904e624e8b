/** Who may use the till, and what they may do. */
import type { BasisPoints, EpochMs, Id, Milli, Permission } from "./backend";

export type Role = "owner" | "manager" | "cashier" | "stock_clerk" | "viewer";

export interface Session {
  readonly employeeId: Id;
  readonly name: string;
  readonly role: Role;
  readonly permissions: readonly Permission[];
  /** The largest discount this person may give alone; 10000 means any. */
  readonly maxDiscount: BasisPoints;
}

export type LoginResult =
  | { readonly ok: true; readonly session: Session }
  | { readonly ok: false; readonly reason: "wrong_pin"; readonly triesLeft: number }
  | { readonly ok: false; readonly reason: "locked"; readonly until: EpochMs }
  /** The verifier kept on this device is older than its validity: the master must be reached once. */
  | { readonly ok: false; readonly reason: "expired" }
  | { readonly ok: false; readonly reason: "unknown_user" };

/** Goods of a cart that another till holds while it is paid there. */
export interface HeldElsewhere {
  readonly productId: Id;
  readonly name: string;
  readonly wanted: Milli;
  /** What this cart holds of them. */
  readonly held: Milli;
  readonly till: string;
}

/** A second person lends a permission; goes into the cart and from there into the audit record. */
export interface Approval {
  readonly permission: Permission;
  readonly employeeId: Id;
  readonly name: string;
  readonly at: EpochMs;
  /** Opaque; made behind the door, checked there again. */
  readonly token: string;
}

export type OverrideResult =
  | { readonly ok: true; readonly approval: Approval }
  | { readonly ok: false; readonly reason: "wrong_pin"; readonly triesLeft: number }
  | { readonly ok: false; readonly reason: "locked"; readonly until: EpochMs }
  | { readonly ok: false; readonly reason: "not_allowed" | "expired" | "unknown_user" };

/** A tile of the login screen: active employees with a PIN on this device. */
export interface LoginUser {
  readonly id: Id;
  readonly name: string;
  readonly role: Role;
  readonly lockedUntil: EpochMs | null;
}
