import type { BasisPoints, Milli, Minor } from "../sync/backend";

/** How this store writes its numbers. */
export interface MoneyFormat {
  readonly currency: string;
  readonly exponent: number;
  readonly locale: string;
}

/** Making a formatter takes a browser milliseconds; a list asks for one per row. */
const cache = new Map<string, Intl.NumberFormat>();

function kept(key: string, locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  let made = cache.get(key);
  if (made === undefined) {
    made = new Intl.NumberFormat(locale, options);
    cache.set(key, made);
  }
  return made;
}

function formatter({ locale, currency, exponent }: MoneyFormat, symbol: boolean): Intl.NumberFormat {
  const digits = { minimumFractionDigits: exponent, maximumFractionDigits: exponent };
  const key = `${locale}/${currency}/${String(exponent)}/${String(symbol)}`;
  return kept(key, locale, symbol ? { style: "currency", currency, ...digits } : digits);
}

/** An integer with a point `exponent` digits from the right: "1234", 2 → "12.34". No floats on the way. */
export function decimal(value: number, exponent: number): string {
  const sign = value < 0 ? "-" : "";
  const digits = String(Math.abs(value)).padStart(exponent + 1, "0");
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** `symbol`: with the currency's sign, for totals; without it for columns of prices. */
export function formatMoney(value: Minor, format: MoneyFormat, symbol = false): string {
  return formatter(format, symbol).format(decimal(value, format.exponent) as Intl.StringNumericLiteral);
}

/** "1,234.50", "12", "12,5" → minor units; `null` when it is no amount. The last point or comma is the decimal one. */
export function parseMoney(text: string, exponent: number): Minor | null {
  return parseDecimal(text.replace(/\p{Sc}/gu, ""), exponent);
}

/** "2", "0.355", "0,355" → thousandths. */
export function parseQuantity(text: string): Milli | null {
  return parseDecimal(text, 3);
}

/** "7.5" or "7.5 %" → basis points, 0 to 100 %. */
export function parsePercent(text: string): BasisPoints | null {
  const rate = parseDecimal(text.replace("%", ""), 2);
  return rate !== null && rate >= 0 && rate <= 10_000 ? rate : null;
}

function parseDecimal(text: string, exponent: number): number | null {
  const plain = text.replace(/[\s']/g, "");
  const match = /^(-?)(\d[\d.,]*|[.,]\d+)$/.exec(plain);
  if (match === null) return null;
  const body = match[2] ?? "";
  const point = Math.max(body.lastIndexOf("."), body.lastIndexOf(","));
  // "1,234" groups thousands where the currency has fewer than three decimals.
  const grouped = point >= 0 && body.length - point - 1 === 3 && exponent < 3;
  const whole = point < 0 || grouped ? body : body.slice(0, point);
  if (!/^(\d*|\d{1,3}([.,]\d{3})+)$/.test(whole)) return null;
  const fraction = point < 0 || grouped ? "" : body.slice(point + 1);
  if (fraction.length > exponent) return null;
  const value = Number(`${whole.replace(/[.,]/g, "")}${fraction.padEnd(exponent, "0")}`);
  if (!Number.isSafeInteger(value)) return null;
  return match[1] === "-" ? -value : value;
}

/** 1000 → "1", 1250 → "1.25". */
export function formatQuantity(value: Milli, locale: string): string {
  return kept(`${locale}/quantity`, locale, { maximumFractionDigits: 3 }).format(decimal(value, 3) as Intl.StringNumericLiteral);
}

/** 50000 → "50,000". */
export function formatCount(value: number, locale: string): string {
  return kept(`${locale}/count`, locale, {}).format(value);
}

/** 2000 → "20 %", 750 → "7.5 %". */
export function formatRate(rate: BasisPoints): string {
  return `${decimal(rate, 2).replace(/\.?0+$/, "") || "0"} %`;
}
