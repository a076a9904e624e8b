import type { Asking } from "../messages";

/** Only look. */
const LOOKS: readonly Asking[] = [
  ...(["status", "query", "get", "outbox", "attention", "frames", "position", "syncLog", "diagnostics", "about"] as const),
  ...(["shop", "loginUsers", "permissions", "scan", "priceCart", "settle", "reserve", "heldCart", "receipt"] as const),
  ...(["lookUpSale", "refundable", "quoteRefund", "checkImport", "conflicts", "tasks", "notices", "devices"] as const),
  ...(["drawer", "countDrawer", "drawerReport", "drawerReports", "customerCredit", "overdueCredit", "batches", "expiring", "hosting", "nearby", "retryNow", "printing", "printerPorts"] as const),
];

/** Done once however often they are asked: what they record has an id. */
const ONCE: readonly Asking[] = ["completeSale", "refund", "release", "moveCash", "takeOverTill", "closeDrawer", "payCredit", "receiveStock", "writeOff", "logout"];

const AGAIN: ReadonlySet<string> = new Set([...LOOKS, ...ONCE]);

/**
 * Whether what nobody answered may be asked of the next engine, which does it or finds it done. For
 * anything else a person has to look whether it was done.
 */
export function mayBeAskedAgain(method: string): boolean {
  return AGAIN.has(method);
}
