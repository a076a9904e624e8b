import type { CreditCorrection, CreditPayment, Customer, CustomerChanges, CustomerCredit, CustomerFields, Id, OverdueRow } from "../sync/backend";
import { FakePrinting } from "./fake-printing";

/** The customers of the fake backend; sales on credit do not reach their account. */
export class FakeCustomers extends FakePrinting {
  readonly ledgers = new Map<Id, CustomerCredit["entries"]>();

  createCustomer(id: Id, fields: CustomerFields): Promise<void> {
    const derived = { total_spent: null, total_orders: null, last_order_at: null, credit_balance: null };
    this.put("customers", { ...fields, ...derived, id, version: 0, archived: false });
    return Promise.resolve();
  }
  editCustomer = (id: Id, _seen: CustomerChanges, changes: CustomerChanges) => this.patch("customers", id, changes);
  archiveCustomer = (id: Id, archived: boolean) => this.patch("customers", id, { archived });
  async customerCredit(id: Id): Promise<CustomerCredit> {
    const customer = (await this.get("customers", id)) as unknown as Customer;
    const [limit, balance] = [customer.credit_limit ?? 0, customer.credit_balance ?? 0];
    return { limit, balance, left: Math.max(0, limit - balance), entries: this.ledgers.get(id) ?? [] };
  }
  /** Told by a test. */
  late: readonly OverdueRow[] = [];
  overdueCredit = () => Promise.resolve(this.late);
  payCredit = ({ id, customer, amount, method }: CreditPayment) =>
    this.#enter(customer, { id, kind: "payment", amount: -amount, method, note: null });
  correctCredit = ({ id, customer, kind, amount, note }: CreditCorrection) =>
    this.#enter(customer, { id, kind, amount: kind === "write_off" ? -amount : amount, method: null, note });

  async #enter(customer: Id, entry: Pick<CustomerCredit["entries"][number], "id" | "kind" | "amount" | "method" | "note">): Promise<void> {
    const { balance, entries } = await this.customerCredit(customer);
    this.ledgers.set(customer, [{ ...entry, sale: null, number: null, due: null, at: Date.now(), pending: true }, ...entries]);
    await this.patch("customers", customer, { credit_balance: balance + entry.amount });
  }

  protected fillCustomers(now: number): void {
    const day = 86_400_000;
    const people = [
      ["robin", "Robin Fletcher", "0117 496 0123", "robin@example.com", 20_000, 12_450],
      ["kim", "Kim & Sons Café", "0117 496 0456", null, 50_000, 0],
      ["ada", "Ada Lindqvist", null, "ada@example.com", null, 0],
      ["zoe", "Zoë Marchant-Whitfield of the Long House", "0117 496 0789", null, 5_000, 6_250],
    ] as const;
    for (const [id, name, phone, email, limit, balance] of people) {
      this.put("customers", {
        id, version: 1, name, phone, email, address: ["4 Mill Lane", "Bath BA1 1AA"], notes: null, credit_limit: limit,
        archived: false, total_spent: 48_230, total_orders: 12, last_order_at: now - day, credit_balance: balance,
      });
    }
    const base = { sale: null, due: null, method: null, note: null, pending: false } as const;
    this.ledgers.set("robin", [
      { ...base, id: "e3", kind: "charge", amount: 4_950, number: "S01-T03-E1-000418", due: "2026-12-21", at: now - day },
      { ...base, id: "e2", kind: "payment", amount: -2_500, number: null, method: "cash", at: now - 3 * day },
      { ...base, id: "e1", kind: "charge", amount: 10_000, number: "S01-T01-E1-000377", due: "2026-12-15", at: now - 7 * day },
    ]);
  }
}
