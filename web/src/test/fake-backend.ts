import type {
  CategoryChanges,
  CategoryFields,
  Id,
  ImportedLine,
  ImportPart,
  NewProduct,
  ProductChanges,
  ReceiptView,
  RefundableSale,
  RefundInput,
  RefundQuote,
  SaveEmployee,
  SettingsChanges,
  SyncBackend,
} from "../sync/backend";
import { BackendError } from "../sync/backend-error";
import { ONLINE } from "./fake-data";
import { FakeManaging } from "./fake-managing";

/**
 * A mock of the backend in memory, for component tests and screenshots. Nothing that is asserted
 * about money may rest on its sums.
 */
export class FakeBackend extends FakeManaging implements SyncBackend {
  /** State from the address: `?state=offline|attention|inbox|drawer|customers|stock|other_tab|lost|enrol|first_sync`, `?products=50000`. */
  static forScreenshots(): FakeBackend {
    const params = new URLSearchParams(window.location.search);
    const fake = new FakeBackend(Number(params.get("products") ?? "480"));
    const state = params.get("state");
    const now = Date.now();
    fake.fillManaging(now);
    if (state === "offline") {
      fake.rows = [3, 2, 1].map((n) => ({
        seq: 40 + n,
        name: "complete_sale",
        at: now - n * 65_000,
        actor: "Cleo Winter",
        state: "waiting",
        attempts: n,
        bytes: 900 + n * 113,
        reason: "Waits for the main server.",
        subject: `S01-T03-E1-00045${String(n)}`,
      }));
      fake.setStatus({
        connection: { state: "server_unreachable", attempt: 4, nextRetryAt: now + 10_000 },
        since: now - 60_000,
        pending: 3,
        oldestPendingAt: now - 195_000,
      });
    }
    if (state === "attention") {
      fake.attentionRows = [
        {
          device: ONLINE.device?.id ?? "",
          seq: 38,
          name: "edit_product",
          at: now - 3_600_000,
          actor: "Sam O'Neill",
          subject: "Party bunting",
          code: "permission_denied",
          reason: "Stock clerks may not change prices. Ask a manager to do it.",
          payload: '{\n  "name": "edit_product"\n}',
        },
      ];
      fake.setStatus({ attention: 1 });
    }
    if (state === "inbox") fake.fillInbox(now);
    if (state === "drawer") fake.fillDrawer(now);
    if (state === "customers") fake.fillCustomers(now);
    if (state === "stock") fake.fillStock();
    if (state === "other_tab") fake.setStatus({ connection: { state: "other_tab" } });
    if (state === "lost") fake.setStatus({ connection: { state: "storage", problem: "lost" } });
    if (state === "enrol") fake.setStatus({ registered: false, device: null });
    if (state === "first_sync") fake.setStatus({ firstSync: { done: 21_000, total: 50_000 } });
    return fake;
  }

  /** A receipt that only the master has: known here once it was looked up. */
  elsewhere: ReceiptView | null = null;
  lookUpSale(number: string): Promise<Id | null> {
    if (this.connection !== "online") {
      return Promise.reject(new BackendError({ code: "needs_master", class: "wait", message: "Looking up an old receipt needs the main server." }));
    }
    if (this.elsewhere?.number !== number) return Promise.resolve(null);
    this.receipts.set(this.elsewhere.id, this.elsewhere);
    return Promise.resolve(this.elsewhere.id);
  }
  receipt(id: Id): Promise<ReceiptView> {
    const receipt = this.receipts.get(id);
    return receipt === undefined ? Promise.reject(new Error("no such receipt")) : Promise.resolve(receipt);
  }
  async refundable(saleId: Id): Promise<RefundableSale> {
    const receipt = await this.receipt(saleId);
    return {
      saleId,
      number: receipt.number,
      soldAt: receipt.at,
      total: receipt.total,
      lines: receipt.lines.map((line) => ({ ...line, sold: line.quantity, refundable: line.quantity, lot: null, expiry: null })),
    };
  }
  async quoteRefund(input: RefundInput): Promise<RefundQuote> {
    const receipt = await this.receipt(input.saleId ?? "");
    const total = input.lines.reduce((sum, line) => {
      const sold = line.kind === "sale_line" ? receipt.lines.find((each) => each.id === line.line) : undefined;
      return sum + (sold === undefined ? 0 : Math.round((sold.total * line.quantity) / sold.quantity));
    }, 0);
    return { total, taxTotal: 0, payments: [{ method: "cash", amount: total }], needs: [] };
  }
  async refund(input: RefundInput): Promise<{ refundId: Id; receipt: ReceiptView }> {
    const sold = await this.receipt(input.saleId ?? "");
    const { total } = await this.quoteRefund(input);
    const receipt: ReceiptView = { ...sold, kind: "refund", id: input.id, number: `${sold.number}-R`, total: -total, sale: sold, reason: input.reason };
    this.receipts.set(input.id, receipt);
    this.receipts.set(sold.id, {
      ...sold,
      refunded: total === sold.total ? "fully" : "partly",
      refunds: [{ id: input.id, number: receipt.number, at: receipt.at, total: -total, reason: input.reason }],
    });
    return { refundId: input.id, receipt };
  }

  createProduct(id: Id, fields: NewProduct): Promise<void> {
    this.put("products", { ...fields, id, version: 0, archived: false, on_hand: 0 });
    return Promise.resolve();
  }
  editProduct(id: Id, _seen: ProductChanges, changes: ProductChanges): Promise<void> {
    return this.patch("products", id, changes);
  }
  archiveProduct = (id: Id) => this.patch("products", id, { archived: true });
  restoreProduct = (id: Id) => this.patch("products", id, { archived: false });
  createCategory(id: Id, fields: CategoryFields): Promise<void> {
    this.put("categories", { ...fields, id, version: 0 });
    return Promise.resolve();
  }
  editCategory(id: Id, _seen: CategoryChanges, changes: CategoryChanges): Promise<void> {
    return this.patch("categories", id, changes);
  }
  /** Knows three columns; a price that is no number makes a line bad. */
  checkImport(part: ImportPart): Promise<readonly ImportedLine[]> {
    return Promise.resolve(part.lines.map((line) => this.#judge(part.header, line)));
  }
  async importProducts(part: ImportPart): Promise<readonly ImportedLine[]> {
    const judged = await this.checkImport(part);
    for (const { code, name, state } of judged) {
      if (state !== "new" || code === null || name === null) continue;
      this.put("products", { id: `imported-${code}`, version: 0, code, name, price: 100, archived: false, on_hand: 0 });
    }
    return judged;
  }
  editSettings(_seen: SettingsChanges, changes: SettingsChanges): Promise<void> {
    return this.patch("settings", "shop", changes);
  }
  saveEmployee({ id, seen, changes }: SaveEmployee): Promise<void> {
    if (seen !== null) return this.patch("employees", id, changes);
    this.put("employees", { ...changes, id, version: 0 });
    return Promise.resolve();
  }

  #judge(header: readonly string[], { line, cells }: ImportPart["lines"][number]): ImportedLine {
    const cell = (name: string) => cells[header.indexOf(name)] ?? "";
    const [code, name] = [cell("code"), cell("name")];
    if (code === "") return { line, state: "bad", code: null, name, reason: "code is missing" };
    if (!/^\d+(\.\d+)?$/.test(cell("price"))) return { line, state: "bad", code, name, reason: `price: "${cell("price")}" is no number` };
    return { line, state: this.products.some((each) => each.code === code) ? "unchanged" : "new", code, name, reason: null };
  }
}
