import type { EpochMs, Milli, Minor, ShopInfo } from "../sync/backend";
import { useShop } from "../sync/context";
import { decimal, formatCount, formatMoney, formatQuantity, parseMoney } from "./money";

/** Numbers and times as this store writes them. */
export function useFormat(): Format {
  return formatOf(useShop());
}

/** Every part of a screen asks; making a formatter takes a browser milliseconds. */
const made = new WeakMap<ShopInfo, Format>();

function formatOf(shop: ShopInfo): Format {
  let format = made.get(shop);
  if (format === undefined) {
    format = makeFormat(shop);
    made.set(shop, format);
  }
  return format;
}

function makeFormat(shop: ShopInfo) {
  const time = onDemand(shop, { hour: "2-digit", minute: "2-digit" });
  const dateTime = onDemand(shop, { dateStyle: "medium", timeStyle: "short" });
  const day = onDemand(shop, { dateStyle: "medium", timeZone: "UTC" });
  const clock = onDemand(shop, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  return {
    /** Without a currency sign, for columns. */
    price: (value: Minor) => formatMoney(value, shop),
    /** With the currency sign, for totals. */
    money: (value: Minor) => formatMoney(value, shop, true),
    /** As an input field shows it: no grouping. */
    editable: (value: Minor) => decimal(value, shop.exponent),
    parse: (text: string) => parseMoney(text, shop.exponent),
    quantity: (value: Milli) => formatQuantity(value, shop.locale),
    count: (value: number) => formatCount(value, shop.locale),
    time: (at: EpochMs) => time().format(at),
    clock: (at: EpochMs) => clock().format(at),
    /** A day as records have it, `YYYY-MM-DD`. */
    day: (text: string) => {
      const at = Date.parse(text);
      return Number.isNaN(at) ? text : day().format(at);
    },
    dateTime: (at: EpochMs) => dateTime().format(at),
  };
}

function onDemand(shop: ShopInfo, options: Intl.DateTimeFormatOptions): () => Intl.DateTimeFormat {
  let format: Intl.DateTimeFormat | null = null;
  return () => (format ??= new Intl.DateTimeFormat(shop.locale, options));
}

export type Format = ReturnType<typeof makeFormat>;
