import type { Id, Milli, Product } from "../../sync/backend";

/** Something taken back without a receipt; its price as typed. */
export interface Goods {
  readonly product: Product;
  readonly quantity: Milli;
  readonly price: string;
}

const ONE = 1000;

/** One more of it: a product stands in the list once. */
export function addGoods(goods: readonly Goods[], product: Product, price: string): readonly Goods[] {
  const there = goods.find((line) => line.product.id === product.id);
  if (there === undefined) return [...goods, { product, quantity: ONE, price }];
  return setGoods(goods, product.id, { quantity: there.quantity + ONE });
}

/** Changes a line; one of which nothing is left goes. */
export function setGoods(goods: readonly Goods[], product: Id, change: Partial<Pick<Goods, "quantity" | "price">>): readonly Goods[] {
  return goods
    .map((line) => (line.product.id === product ? { ...line, ...change } : line))
    .filter((line) => line.quantity > 0);
}
