/** As receipts are numbered, which is what their bar code says. */
const NUMBER = /^S\d+-T\d+-E\d+-\d+$/i;

/** The screen of a receipt whose code was scanned; `null` for anything else. */
export function receiptPath(text: string): string | null {
  const number = text.trim();
  return NUMBER.test(number) ? `/sales?number=${encodeURIComponent(number.toUpperCase())}` : null;
}
