import type {
  Approval,
  Cart,
  CartLine,
  CompletedSale,
  Discount,
  Id,
  Milli,
  Minor,
  OverrideNeed,
  PaymentInput,
  PricedCart,
  ScanResult,
  SyncBackend,
} from "../../sync/backend";
import { BackendError, toBackendError } from "../../sync/backend-error";
import { t } from "../../i18n";
import { beepError } from "../../lib/beep";
import { markEnd, markStart } from "../../lib/marks";
import * as edit from "./cart-edit";

/** A scan that sold nothing: a red row until the next scan that does, or until it is taken away. */
export type ScanProblem = Exclude<ScanResult, { kind: "product" }>;

export interface TillState {
  readonly cart: Cart;
  /** Belongs to `pricedCart`, which is `cart` except for the moment until the next answer. */
  readonly priced: PricedCart | null;
  readonly pricedCart: Cart | null;
  readonly selected: Id | null;
  /** The line added last, marked in the cart. */
  readonly lastAdded: Id | null;
  readonly scanProblems: readonly ScanProblem[];
  /** Codes being looked up: what they name is not in the cart yet, so nothing can be paid. */
  readonly lookingUp: number;
  /** The sale just made: its change stays on the screen until the next product. */
  readonly done: CompletedSale | null;
  /** From the press of Pay or Hold until the cart is recorded or refused. */
  readonly paying: boolean;
  /** Digits typed on the number pad, not used yet. */
  readonly entry: string;
  readonly error: BackendError | null;
}

export const KEPT_CART = "tillsync-cart";

/**
 * The cart of this till, outside of the screens, so that it stays when they change or lock.
 *
 * The cart changes at once; its prices follow from the backend, the newest answer wins. Scans run
 * one after the other in their order.
 */
export class TillStore {
  readonly #backend: SyncBackend;
  readonly #keep: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null;
  readonly #listeners = new Set<() => void>();
  #state: TillState;
  #pricing = 0;
  #scans: Promise<void> = Promise.resolve();
  #settled: Promise<unknown> = Promise.resolve();
  #totalled: Promise<void> = Promise.resolve();

  constructor(backend: SyncBackend, keep: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null) {
    this.#backend = backend;
    this.#keep = keep;
    this.#state = {
      cart: readKept(keep) ?? edit.emptyCart(),
      priced: null,
      pricedCart: null,
      selected: null,
      lastAdded: null,
      scanProblems: [],
      lookingUp: 0,
      done: null,
      paying: false,
      entry: "",
      error: null,
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): TillState => this.#state;

  /**
   * Goes on with the cart that is there, for whom has just logged in: what they may do alone decides
   * about approvals. After a reload the cart may be one whose sale was recorded just before.
   */
  async resume(): Promise<void> {
    const { cart } = this.#state;
    if (cart.lines.length === 0) return;
    const sold = await this.#backend.get("sales", cart.id).catch(() => null);
    if (this.#state.cart.id !== cart.id) return;
    if (sold === null) return this.#price();
    const receipt = await this.#backend.receipt(cart.id).catch(() => null);
    if (this.#state.cart.id !== cart.id) return;
    if (receipt !== null && !edit.isReceiptOf(receipt, cart)) return this.#begunAnew(cart);
    await this.#change(edit.emptyCart());
    // Whoever pressed Pay may have had no answer: that it is sold keeps them from selling it again.
    if (receipt !== null && this.#state.cart.lines.length === 0) this.#set({ done: { saleId: cart.id, change: receipt.change, receipt } });
  }

  /** Sells what the code names. Resolves when its row is in the cart. */
  scan(text: string, at?: number): Promise<void> {
    if (at !== undefined) markStart("scan-to-row", at);
    this.#scans = this.#lookUp(this.#scans.then(() => this.#settled).then(() => this.#scanOne(text)));
    return this.#scans;
  }

  /** A sale must not be closed between a code and its row: the row would be on the next customer's. */
  async #lookUp<T>(work: Promise<T>): Promise<T> {
    this.#set({ lookingUp: this.#state.lookingUp + 1 });
    try {
      return await work;
    } finally {
      this.#set({ lookingUp: this.#state.lookingUp - 1 });
    }
  }

  /** Sells what a person typed as a code; where no code is like that, the product they see first. */
  enter(text: string, firstSeen: edit.Addition | null): Promise<boolean> {
    return this.#lookUp(this.#enterOne(text, firstSeen));
  }

  async #enterOne(text: string, firstSeen: edit.Addition | null): Promise<boolean> {
    const found = await this.#backend.scan(text);
    if (found.kind === "product") await this.add(edit.additionOfScan(found));
    else if (firstSeen !== null) await this.add(firstSeen);
    else {
      beepError();
      this.#set({ scanProblems: [...this.#state.scanProblems, found] });
      return false;
    }
    return true;
  }

  async #scanOne(text: string): Promise<void> {
    try {
      const found = await this.#backend.scan(text);
      if (found.kind === "product") {
        this.#set({ scanProblems: [] });
        await this.add(edit.additionOfScan(found));
      } else {
        beepError();
        this.#set({ scanProblems: [...this.#state.scanProblems, found] });
      }
    } catch (thrown) {
      beepError();
      this.#set({ error: toBackendError(thrown) });
    }
  }

  dismissScanProblem(index: number): void {
    this.#set({ scanProblems: this.#state.scanProblems.filter((_, at) => at !== index) });
  }

  /** Puts one into the cart; while a sale is being recorded, into the next one. */
  async add(addition: edit.Addition): Promise<void> {
    if (this.#state.paying) await this.#settled;
    const { cart, line } = edit.addToCart(this.#state.cart, addition);
    this.#set({ selected: line, lastAdded: line, done: null, entry: "" });
    await this.#change(cart);
  }

  async setQuantity(line: Id, quantity: Milli): Promise<void> {
    await this.#change(edit.setQuantity(this.#state.cart, line, quantity));
  }

  /** One more or one less. */
  async step(line: Id, delta: Milli): Promise<void> {
    const found = this.#state.cart.lines.find((each) => each.id === line);
    if (found !== undefined) await this.setQuantity(line, found.quantity + delta);
  }

  async remove(line: Id): Promise<void> {
    await this.#change(edit.removeLine(this.#state.cart, line));
  }

  async setPrice(line: Id, price: Minor): Promise<void> {
    await this.#change(edit.setPrice(this.#state.cart, line, price));
  }

  /** Takes a line from a batch; `lot: null` from whatever expires first. */
  async setBatch(line: Id, lot: string | null, expiry: string | null): Promise<void> {
    await this.#change(edit.setBatch(this.#state.cart, line, lot, expiry));
  }

  async setDiscount(line: Id | null, discount: Discount | null): Promise<void> {
    await this.#change(edit.setDiscount(this.#state.cart, line, discount));
  }

  /** Who buys; `null` is nobody in particular. */
  async setCustomer(customer: Id | null): Promise<void> {
    await this.#change({ ...this.#state.cart, customer });
  }

  async approve(approval: Approval): Promise<void> {
    const { cart } = this.#state;
    await this.#change({ ...cart, approvals: [...cart.approvals, approval] });
  }

  /** Goes back to a cart as it was before; not once it was sold or another one has begun. */
  async restore(cart: Cart): Promise<void> {
    const now = this.#state;
    if (now.done?.saleId === cart.id || (now.cart.id !== cart.id && now.cart.lines.length > 0)) return;
    await this.#change(cart);
  }

  /** Undoes a removal: the line comes back to its place, whatever was added meanwhile. */
  async putBack(cart: Id, line: CartLine, index: number): Promise<void> {
    const now = this.#state.cart;
    if (now.id !== cart) return;
    await this.#change({ ...now, lines: now.lines.toSpliced(index, 0, line) });
  }

  clear(): void {
    this.#set({ scanProblems: [] });
    void this.#change(edit.emptyCart());
  }

  select(line: Id | null): void {
    this.#set({ selected: line });
  }

  /** Moves the choice up or down. */
  selectNext(by: 1 | -1): void {
    const { lines } = this.#state.cart;
    const at = lines.findIndex((line) => line.id === this.#state.selected);
    const next = lines[Math.min(Math.max(at + by, 0), lines.length - 1)];
    if (next !== undefined) this.select(next.id);
  }

  type(text: string): void {
    this.#set({ entry: (this.#state.entry + text).slice(0, 9) });
  }

  deleteDigit(): void {
    this.#set({ entry: this.#state.entry.slice(0, -1) });
  }

  /** Gives the digits typed so far and empties the entry. */
  takeEntry(): string {
    const { entry } = this.#state;
    this.#set({ entry: "" });
    return entry;
  }

  dismissError(): void {
    this.#set({ error: null });
  }

  /** What a second person must lend before this cart can be paid. */
  get needs(): readonly OverrideNeed[] {
    return this.#state.priced?.needs ?? [];
  }

  /**
   * Records the sale. The first press disarms Pay until the sale is durable or refused; a further
   * press meanwhile does nothing and gives `null`, as does one without a cart that is complete.
   */
  pay(payments: readonly PaymentInput[]): Promise<CompletedSale | null> {
    if (!this.#closable) return Promise.resolve(null);
    const done = this.#complete(this.#state.cart, payments);
    this.#settled = done;
    return done;
  }

  get #closable(): boolean {
    const { cart, paying, lookingUp } = this.#state;
    return cart.lines.length > 0 && !paying && lookingUp === 0;
  }

  async #complete(cart: Cart, payments: readonly PaymentInput[]): Promise<CompletedSale | null> {
    markStart("pay-to-durable");
    this.#set({ paying: true, error: null });
    try {
      const done = await this.#backend.completeSale(cart, payments);
      markEnd("pay-to-durable");
      this.#pricing += 1;
      const next = edit.emptyCart();
      this.#set({ cart: next, priced: null, pricedCart: null, selected: null, lastAdded: null, scanProblems: [], done, entry: "" });
      this.#store(next);
      return done;
    } catch (thrown) {
      const error = toBackendError(thrown);
      if (error.code === "cart_already_sold") this.#begunAnew(cart);
      this.#set({ error });
      return null;
    } finally {
      this.#set({ paying: false });
    }
  }

  /** Its id is that of a sale with other goods. Nobody has lent anything for what it is now. */
  #begunAnew(sold: Cart): void {
    const cart = { ...edit.emptyCart(), lines: sold.lines, discount: sold.discount, customer: sold.customer };
    this.#set({ cart });
    this.#store(cart);
    this.#totalled = this.#price();
  }

  /** All of it in cash, to the coin: of the cart as it is now, whose total may still be on its way. */
  async payExactCash(): Promise<CompletedSale | null> {
    await this.#totalled;
    const { priced, pricedCart, cart } = this.#state;
    if (priced === null || pricedCart !== cart) return null;
    return this.pay([{ method: "cash", tendered: priced.cashTotal }]);
  }

  /** Puts the cart aside under a name; `false`: there was none to put aside. */
  hold(label: string): Promise<boolean> {
    if (!this.#closable) return Promise.resolve(false);
    const held = this.#putAside(this.#state.cart, label);
    this.#settled = held.catch(() => undefined);
    return held;
  }

  async #putAside(cart: Cart, label: string): Promise<boolean> {
    this.#set({ paying: true });
    try {
      await this.#backend.holdSale(cart, label);
      this.#set({ selected: null, lastAdded: null, scanProblems: [] });
      await this.#change(edit.emptyCart());
      return true;
    } finally {
      this.#set({ paying: false });
    }
  }

  async recall(id: Id): Promise<void> {
    const cart = await this.#backend.heldCart(id);
    this.#set({ selected: cart.lines.at(-1)?.id ?? null, lastAdded: null, done: null });
    await this.#change(cart);
    try {
      // Only now that the cart is kept here: a tab that dies before has it in both places, not in none.
      await this.#backend.dropHeld(id);
    } catch (thrown) {
      if (toBackendError(thrown).code !== "nothing_to_record") throw thrown;
      // Another tab was a moment faster: it is paid there.
      if (this.#state.cart.id === cart.id) await this.#change(edit.emptyCart());
      throw new BackendError({ code: "held_sale_taken", class: "invalid", message: t.hold.taken });
    }
  }

  /** The cart is what the screen shows at once; its prices are asked for. */
  async #change(cart: Cart): Promise<void> {
    if (this.#state.paying && cart.lines.length > 0) return;
    const still = cart.lines.some((line) => line.id === this.#state.selected);
    this.#set({ cart, error: null, selected: still ? this.#state.selected : (cart.lines.at(-1)?.id ?? null) });
    this.#store(cart);
    this.#totalled = this.#price();
    await this.#totalled;
  }

  async #price(): Promise<void> {
    this.#pricing += 1;
    const asked = this.#pricing;
    const { cart } = this.#state;
    if (cart.lines.length === 0) {
      this.#set({ priced: null, pricedCart: null });
      return;
    }
    try {
      const priced = await this.#backend.priceCart(cart);
      if (asked === this.#pricing) this.#set({ priced, pricedCart: cart });
    } catch (thrown) {
      if (asked === this.#pricing) this.#set({ error: toBackendError(thrown) });
    }
  }

  /** Survives a reload; a full or forbidden storage only costs that. */
  #store(cart: Cart): void {
    try {
      if (cart.lines.length === 0) this.#keep?.removeItem(KEPT_CART);
      else this.#keep?.setItem(KEPT_CART, JSON.stringify(cart));
    } catch {
      // The cart on the screen is not affected.
    }
  }

  #set(change: Partial<TillState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function readKept(keep: Pick<Storage, "getItem"> | null): Cart | null {
  try {
    const text = keep?.getItem(KEPT_CART) ?? null;
    return text === null ? null : (JSON.parse(text) as Cart);
  } catch {
    return null;
  }
}
