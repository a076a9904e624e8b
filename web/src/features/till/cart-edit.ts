import type { Cart, CartLine, Discount, Id, Milli, Minor, Product, ReceiptView, ScanResult } from "../../sync/backend";
import { newId } from "../../lib/id";

/** What a product becomes in the cart: a snapshot, so that a later edit changes nothing here. */
export interface Addition {
  readonly product: Product;
  readonly quantity: Milli;
  readonly unitPrice: Minor;
  readonly batch: string | null;
  readonly expiry: string | null;
}

export const ONE: Milli = 1000;

export function emptyCart(): Cart {
  return { id: newId(), lines: [], discount: null, customer: null, approvals: [] };
}

export function additionOf(product: Product, quantity: Milli = ONE): Addition {
  return { product, quantity, unitPrice: product.price, batch: null, expiry: null };
}

export function additionOfScan(scan: Extract<ScanResult, { kind: "product" }>): Addition {
  return { product: scan.product, quantity: scan.quantity, unitPrice: scan.unitPrice, batch: scan.batch, expiry: scan.expiry };
}

/** Adds to the newest line of the same product, price and batch, else a new one. Returns the line touched. */
export function addToCart(cart: Cart, addition: Addition): { readonly cart: Cart; readonly line: Id } {
  const { product } = addition;
  const same = cart.lines.findLast(
    (line) =>
      line.product === product.id &&
      line.unitPrice === addition.unitPrice &&
      line.batch === addition.batch &&
      line.expiry === addition.expiry &&
      line.discount === null,
  );
  if (same !== undefined) {
    return { cart: setQuantity(cart, same.id, same.quantity + addition.quantity), line: same.id };
  }
  const line: CartLine = {
    id: newId(),
    product: product.id,
    code: product.code,
    name: product.name,
    unit: product.unit,
    quantity: addition.quantity,
    unitPrice: addition.unitPrice,
    listPrice: addition.unitPrice,
    taxRate: product.tax_rate,
    discount: null,
    batch: addition.batch,
    expiry: addition.expiry,
  };
  return { cart: { ...cart, lines: [...cart.lines, line] }, line: line.id };
}

/** A quantity of nothing or less takes the line out. */
export function setQuantity(cart: Cart, line: Id, quantity: Milli): Cart {
  return quantity <= 0 ? removeLine(cart, line) : updateLine(cart, line, { quantity });
}

export function removeLine(cart: Cart, line: Id): Cart {
  return { ...cart, lines: cart.lines.filter((each) => each.id !== line) };
}

export function setPrice(cart: Cart, line: Id, unitPrice: Minor): Cart {
  return updateLine(cart, line, { unitPrice });
}

/** `lot: null`: the till takes what expires first. */
export function setBatch(cart: Cart, line: Id, lot: string | null, expiry: string | null): Cart {
  return updateLine(cart, line, { batch: lot, expiry });
}

/** `line: null` is the whole order. */
export function setDiscount(cart: Cart, line: Id | null, discount: Discount | null): Cart {
  return line === null ? { ...cart, discount } : updateLine(cart, line, { discount });
}

function updateLine(cart: Cart, line: Id, change: Partial<CartLine>): Cart {
  return { ...cart, lines: cart.lines.map((each) => (each.id === line ? { ...each, ...change } : each)) };
}

/** Whether a receipt is of just this cart: its id is the cart's, and the cart may have been open twice. */
export function isReceiptOf(receipt: ReceiptView, cart: Cart): boolean {
  const { lines } = receipt;
  return lines.length === cart.lines.length && cart.lines.every(({ id, quantity }, at) => lines[at]?.id === id && lines[at].quantity === quantity);
}
