import type {
  Approval,
  Cart,
  CompletedSale,
  HeldElsewhere,
  Id,
  LoginResult,
  LoginUser,
  OverrideNeed,
  OverrideResult,
  PaymentInput,
  Permission,
  PricedCart,
  ReceiptView,
  Role,
  ScanResult,
  Session,
  Settlement,
  ShopInfo,
} from "../sync/backend";
import { CASHIER_DISCOUNT, ONLINE, PEOPLE, PERMISSIONS, SHOP } from "./fake-data";
import { FakeStore } from "./fake-store";

/** People, carts and sales of the fake backend. Its sums are rough: no split of tax, no rounding. */
export class FakeTill extends FakeStore {
  readonly completed: { readonly cart: Cart; readonly payments: readonly PaymentInput[] }[] = [];
  /** Set by a test to hold back the end of a sale. */
  beforeComplete: () => Promise<void> = () => Promise.resolve();
  session: Session | null = null;
  protected readonly receipts = new Map<Id, ReceiptView>();
  #tries = 5;

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
    const product = this.products.find((each) => each.barcode === text || each.code === text);
    if (product === undefined) return Promise.resolve({ kind: "unknown", code: text });
    if (product.archived) return Promise.resolve({ kind: "archived", code: text, name: product.name });
    return Promise.resolve({ kind: "product", product, quantity: 1000, unitPrice: product.price, batch: null, expiry: null });
  }
  priceCart(cart: Cart): Promise<PricedCart> {
    const lines = cart.lines.map((line) => {
      const gross = Math.round((line.unitPrice * line.quantity) / 1000);
      const discount =
        line.discount === null ? 0 : line.discount.kind === "amount" ? line.discount.amount : Math.round((gross * line.discount.rate) / 10_000);
      return { id: line.id, gross, discount, total: gross - discount, orderDiscount: 0, tax: 0 };
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
      batches: this.taken(cart),
    });
  }
  /** Of which batches the lines would be; told by a test. */
  taken: (cart: Cart) => PricedCart["batches"] = () => [];
  /** Lines that a test takes for expired. */
  expired: (cart: Cart) => Id | null = () => null;
  #needs(cart: Cart): OverrideNeed[] {
    const needs: OverrideNeed[] = [];
    const may = (permission: Permission) =>
      (this.session?.permissions.includes(permission) ?? true) || cart.approvals.some((each) => each.permission === permission);
    const changed = cart.lines.find((line) => line.unitPrice !== line.listPrice);
    if (changed !== undefined && !may("override_price")) {
      needs.push({ permission: "override_price", line: changed.id, reason: "Another price than on the shelf needs a manager." });
    }
    const expired = this.expired(cart);
    if (expired !== null && !may("sell_expired")) needs.push({ permission: "sell_expired", line: expired, reason: "these goods are past their date" });
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
    this.receipts.set(cart.id, receipt);
    this.put("sales", {
      id: cart.id,
      version: 0,
      pending: this.connection !== "online",
      number,
      sold_at: receipt.at,
      employee: this.session?.employeeId ?? null,
      employee_name: this.session?.name ?? null,
      total: receipt.total,
    });
    return { saleId: cart.id, change, receipt };
  }
  /** Products that another till is said to hold. */
  heldElsewhere: readonly HeldElsewhere[] = [];
  readonly reserved: Id[] = [];
  readonly released: Id[] = [];

  reserve(cart: Cart): Promise<readonly HeldElsewhere[]> {
    this.reserved.push(cart.id);
    return Promise.resolve(this.heldElsewhere);
  }
  release(cart: Id): Promise<void> {
    this.released.push(cart);
    return Promise.resolve();
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
      device: ONLINE.device?.id ?? null,
      cart,
    });
    return cart.id;
  }
  heldCart(id: Id): Promise<Cart> {
    const held = (this.tables.get("held_sales") ?? []).find((row) => row.id === id);
    return Promise.resolve(held?.["cart"] as Cart);
  }
  dropHeld(id: Id): Promise<void> {
    this.take("held_sales", id);
    return Promise.resolve();
  }
}
