import type { BatchChanges, BatchRow, ExpiringGoods, Id, ProductBatches, StockChange, WrittenOff } from "../sync/backend";
import { FakeTill } from "./fake-till";

/** The stock of the fake backend; sales take nothing from its batches. */
export class FakeStock extends FakeTill {
  readonly batchesOf = new Map<Id, readonly BatchRow[]>();
  /** The day by which it says what has expired. */
  today = "2026-11-22";

  adjustStock = ({ product, delta }: StockChange) => this.#move(product, delta);
  receiveStock({ product, delta, lot, expiry, cost }: StockChange): Promise<void> {
    if (lot !== undefined && lot !== null) {
      const rows = this.batchesOf.get(product) ?? [];
      const known = rows.find((row) => row.lot === lot);
      const row = known ?? this.batch(product, lot, expiry ?? null, 0, cost ?? null);
      this.#put(product, { ...row, onHand: row.onHand + delta });
    }
    return this.#move(product, delta);
  }
  batches(product: Id): Promise<ProductBatches> {
    const batches = (this.batchesOf.get(product) ?? []).toSorted((a, b) => (a.expiry ?? "9").localeCompare(b.expiry ?? "9"));
    const all = this.products.find((each) => each.id === product)?.on_hand ?? 0;
    const withoutBatch = all - batches.reduce((sum, row) => sum + row.onHand, 0);
    return Promise.resolve({ today: this.today, batches, withoutBatch });
  }
  expiring(days: number): Promise<ExpiringGoods> {
    const until = new Date(Date.parse(this.today) + days * 86_400_000).toISOString().slice(0, 10);
    const rows = [...this.batchesOf].flatMap(([id, batches]) =>
      batches.flatMap((row) => {
        const product = this.products.find((each) => each.id === id);
        if (product === undefined || row.expiry === null || row.expiry > until || row.onHand <= 0) return [];
        const { name, code, unit } = product;
        const worth = row.cost === null ? null : Math.round((row.cost * row.onHand) / 1000);
        return [{ id: row.id, product: id, name, code, unit, lot: row.lot, expiry: row.expiry, expired: row.expired, onHand: row.onHand, worth }];
      }),
    );
    return Promise.resolve({ today: this.today, rows: rows.toSorted((a, b) => a.expiry.localeCompare(b.expiry)) });
  }
  editBatch(id: Id, _seen: BatchChanges, changes: BatchChanges): Promise<void> {
    for (const [product, rows] of this.batchesOf) {
      const row = rows.find((each) => each.id === id);
      if (row !== undefined) this.#put(product, { ...row, ...changes });
    }
    return Promise.resolve();
  }
  writeOff({ product, batch, quantity }: WrittenOff): Promise<void> {
    this.#count(product, batch, -quantity);
    return this.#move(product, -quantity);
  }

  protected batch(product: Id, lot: string, expiry: string | null, onHand: number, cost: number | null): BatchRow {
    return { id: `${product}-${lot}`, lot, expiry, cost, receivedAt: null, onHand, expired: expiry !== null && expiry < this.today };
  }

  /** Batches of the first products, some of them expired or soon to. */
  fillStock(): void {
    const rows = [
      [0, "24-117", "2026-11-20", 6],
      [0, "24-131", "2026-11-26", 18],
      [0, "24-140", "2027-02-14", 24],
      [1, "K7", "2026-12-05", 12],
      [4, "PB-2", null, 3],
      [6, "C3-0098-ROT", "2026-11-18", 2],
      [21, "LN 55/7", "2026-12-20", 40],
    ] as const;
    for (const [at, lot, expiry, units] of rows) {
      const product = this.products[at];
      if (product !== undefined) this.#put(product.id, this.batch(product.id, lot, expiry, units * 1000, 120));
    }
    this.taken = ({ lines }) =>
      lines.flatMap(({ id, product, batch, quantity }) => {
        const rows = this.batchesOf.get(product ?? "") ?? [];
        const row = rows.find((each) => (batch === null ? !each.expired : each.lot === batch));
        if (rows.length === 0) return [];
        const { lot = null, expiry = null, expired = false } = row ?? {};
        return [{ line: id, of: [{ lot, expiry, quantity, expired }], onlyExpired: row === undefined }];
      });
  }

  #count(product: Id, batch: Id | null, delta: number): void {
    const row = this.batchesOf.get(product)?.find((each) => each.id === batch);
    if (row !== undefined) this.#put(product, { ...row, onHand: row.onHand + delta });
  }
  #put(product: Id, row: BatchRow): void {
    const rows = this.batchesOf.get(product) ?? [];
    this.batchesOf.set(product, [...rows.filter((each) => each.id !== row.id), row]);
  }
  #move(product: Id, delta: number): Promise<void> {
    const found = this.products.find((each) => each.id === product);
    return this.patch("products", product, { on_hand: (found?.on_hand ?? 0) + delta });
  }
}
