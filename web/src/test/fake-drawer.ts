import type { CashCount, CashMove, CloseDrawer, DrawerCount, DrawerReport, DrawerState, DrawerTotals, Id, Minor, OpenElsewhere } from "../sync/backend";
import { BackendError } from "../sync/backend-error";
import { ONLINE, SHOP } from "./fake-data";
import { FakeStock } from "./fake-stock";

const COINS: readonly Minor[] = [5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1];
const NOTHING: DrawerTotals = {
  sales: 0,
  sales_total: 0,
  refunds: 0,
  refunds_total: 0,
  cash_sales: 0,
  cash_refunds: 0,
  card_sales: 0,
  card_refunds: 0,
  credit_sales: 0,
  credit_refunds: 0,
  credit_paid: 0,
  cash_in: 0,
  cash_out: 0,
};

/** The drawer of the fake backend: its till sells for cash alone. */
export class FakeDrawer extends FakeStock {
  openReport: DrawerReport | null = null;
  closings: readonly DrawerReport[] = [];
  openTills: readonly OpenElsewhere[] = [];

  drawer(): Promise<DrawerState> {
    const report = this.openReport;
    const open = report === null ? null : { id: report.session, openedAt: report.openedAt ?? 0, openedBy: report.openedBy, float: report.float };
    return Promise.resolve({ open, coins: COINS, elsewhere: this.openTills });
  }
  openDrawer(id: Id, float: Minor): Promise<void> {
    const openedAt = Date.now();
    this.openReport = {
      session: id,
      shop: SHOP.name,
      till: SHOP.till,
      openedAt,
      openedBy: this.session?.name ?? null,
      float,
      totals: NOTHING,
      expected: float,
      amended: null,
      closing: null,
      moves: [],
      pending: false,
    };
    this.put("drawer_sessions", { id, version: 0, device: ONLINE.device?.id ?? null, status: "open", opened_at: openedAt });
    return Promise.resolve();
  }
  takeOverTill(device: Id): Promise<void> {
    const left = this.openTills.find((each) => each.device === device);
    this.openTills = this.openTills.filter((each) => each !== left);
    return left?.openedAt === null || left === undefined ? Promise.resolve() : this.openDrawer(`from-${device}`, 0);
  }
  moveCash({ id, kind, amount, reason }: CashMove): Promise<void> {
    const report = this.#open();
    const sign = kind === "add" ? 1 : -1;
    const field = kind === "add" ? "cash_in" : "cash_out";
    this.openReport = {
      ...report,
      expected: report.expected + sign * amount,
      totals: { ...report.totals, [field]: report.totals[field] + amount },
      moves: [...report.moves, { id, kind, amount, reason, at: Date.now(), by: this.session?.name ?? null }],
    };
    return Promise.resolve();
  }
  protected openedWithoutSale(id: Id, reason: string): Promise<void> {
    const report = this.#open();
    this.openReport = { ...report, moves: [...report.moves, { id, kind: "no_sale", amount: 0, reason, at: Date.now(), by: this.session?.name ?? null }] };
    return Promise.resolve();
  }
  countDrawer(counts: readonly CashCount[]): Promise<DrawerCount> {
    const { expected } = this.#open();
    const counted = counts.reduce((sum, { value, count }) => sum + value * count, 0);
    return Promise.resolve({ expected, counted, difference: counted - expected });
  }
  async closeDrawer({ counts, reason }: CloseDrawer): Promise<DrawerReport> {
    const report = this.#open();
    const { counted, difference } = await this.countDrawer(counts);
    const closing = { number: this.closings.length + 1, at: Date.now(), by: this.session?.name ?? null, counted, difference, reason, counts };
    const closed = { ...report, closing };
    this.closings = [closed, ...this.closings];
    this.openReport = null;
    await this.patch("drawer_sessions", report.session, { status: "closed" });
    this.put("shift_closings", { id: `z-${report.session}`, version: 1, number: closing.number, closed_at: closing.at });
    return closed;
  }
  drawerReport = (session: Id): Promise<DrawerReport> =>
    Promise.resolve(this.closings.find((report) => report.session === session) ?? this.#open());
  drawerReports = () => Promise.resolve(this.closings);

  #open(): DrawerReport {
    if (this.openReport === null) throw new BackendError({ code: "no_drawer", class: "invalid", message: "This till's drawer is not open." });
    return this.openReport;
  }

  protected fillDrawer(now: number): void {
    const hours = 3_600_000;
    const base = { shop: SHOP.name, till: "T03", openedBy: "Cleo Winter", float: 10_000, pending: false } as const;
    const totals: DrawerTotals = { ...NOTHING, sales: 41, sales_total: 48_235, refunds: 2, refunds_total: 1_275, cash_sales: 22_410, cash_refunds: 1_275, card_sales: 25_825, cash_in: 2_000, cash_out: 1_500 };
    const moves = [
      { id: "m1", kind: "add", amount: 2_000, reason: "Change from the bank", at: now - 5 * hours, by: "Marco Rossi" },
      { id: "m2", kind: "payout", amount: 1_500, reason: "Window cleaner", at: now - 4 * hours, by: "Cleo Winter" },
    ] as const;
    const expected = 31_635;
    const counts = [
      { value: 5000, count: 2 },
      { value: 2000, count: 8 },
      { value: 1000, count: 4 },
      { value: 500, count: 3 },
      { value: 10, count: 8 },
      { value: 5, count: 1 },
    ];
    const closing = { number: 12, at: now - 2 * hours, by: "Cleo Winter", counted: 31_585, difference: -50, reason: "Gave 50p too much change", counts };
    const amended = { totals: { ...totals, sales: 42, sales_total: 48_985, cash_sales: 23_160 }, expected: expected + 750 };
    this.closings = [
      { ...base, session: "s12", openedAt: now - 10 * hours, totals, expected, amended, closing, moves },
      { ...base, till: "T01", session: "s7", openedAt: now - 30 * hours, totals, expected, amended: null, closing: { ...closing, number: 7, at: now - 22 * hours, counted: expected, difference: 0, reason: null }, moves: [] },
      { ...base, session: "s11", openedAt: now - 34 * hours, totals, expected, amended: null, closing: { ...closing, number: 11, at: now - 26 * hours, counted: expected + 20, difference: 20, reason: "Found a coin" }, moves: [] },
    ];
    this.openReport = { ...base, session: "s13", openedAt: now - hours, totals: { ...NOTHING, sales: 3, sales_total: 2_940, cash_sales: 1_290, card_sales: 1_650 }, expected: 11_290, amended: null, closing: null, moves: [] };
    this.openTills = [{ device: "t9", till: "T02", openedAt: now - 26 * hours, openedBy: "Marco Rossi", held: 1 }];
    this.put("drawer_sessions", { id: "s13", version: 0, device: ONLINE.device?.id ?? null, status: "open", opened_at: now - hours });
  }
}
