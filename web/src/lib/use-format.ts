import { useMemo } from "react";
import type { EpochMs, Milli, Minor } from "../sync/backend";
import { useShop } from "../sync/context";
import { decimal, formatMoney, formatQuantity, parseMoney } from "./money";

/** Numbers and times as this store writes them. */
export function useFormat() {
  const shop = useShop();
  return useMemo(() => {
    const time = new Intl.DateTimeFormat(shop.locale, { hour: "2-digit", minute: "2-digit" });
    const dateTime = new Intl.DateTimeFormat(shop.locale, { dateStyle: "medium", timeStyle: "short" });
    const clock = new Intl.DateTimeFormat(shop.locale, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    return {
      /** Without a currency sign, for columns. */
      price: (value: Minor) => formatMoney(value, shop),
      /** With the currency sign, for totals. */
      money: (value: Minor) => formatMoney(value, shop, true),
      /** As an input field shows it: no grouping. */
      editable: (value: Minor) => decimal(value, shop.exponent),
      parse: (text: string) => parseMoney(text, shop.exponent),
      quantity: (value: Milli) => formatQuantity(value, shop.locale),
      count: (value: number) => value.toLocaleString(shop.locale),
      time: (at: EpochMs) => time.format(at),
      clock: (at: EpochMs) => clock.format(at),
      dateTime: (at: EpochMs) => dateTime.format(at),
    };
  }, [shop]);
}

export type Format = ReturnType<typeof useFormat>;
