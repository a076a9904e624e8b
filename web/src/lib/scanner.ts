/** What the scanner of this device is set to send around each code. */
export interface Scanner {
  readonly prefix: string;
  readonly suffix: string;
}

const PLACE = "tillsync.scanner";
const PLAIN: Scanner = { prefix: "", suffix: "" };

/** As it was set on this device; plain where nothing was, or nothing can be kept. */
export function scanner(): Scanner {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PLACE) ?? "null");
    return isScanner(kept) ? kept : PLAIN;
  } catch {
    return PLAIN;
  }
}

/** Sets it, from the next scan on. False where the browser keeps nothing. */
export function setScanner(next: Scanner): boolean {
  try {
    localStorage.setItem(PLACE, JSON.stringify(next));
    return true;
  } catch {
    return false;
  }
}

/** A scan without what the scanner puts around it. A code that is nothing else stays as it is. */
export function codeOf(text: string, { prefix, suffix }: Scanner): string {
  const begin = text.startsWith(prefix) ? prefix.length : 0;
  const end = text.endsWith(suffix) ? text.length - suffix.length : text.length;
  return end > begin ? text.slice(begin, end) : text;
}

function isScanner(kept: unknown): kept is Scanner {
  if (typeof kept !== "object" || kept === null) return false;
  const { prefix, suffix } = kept as Record<string, unknown>;
  return typeof prefix === "string" && typeof suffix === "string";
}
