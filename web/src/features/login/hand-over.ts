import { t } from "../../i18n";
import type { HeldSale, Id, Session, SyncBackend } from "../../sync/backend";
import { heldSales } from "../till/use-held-sales";
import type { TillStore } from "../till/till-store";

interface Places {
  readonly backend: Pick<SyncBackend, "query">;
  readonly store: Pick<TillStore, "snapshot" | "hold" | "recall">;
  readonly device: Id | null;
}

/**
 * Nobody sells from another's cart: what the one who leaves had in it is held under their name, and
 * given back when they return to an empty one. Says under which name a cart was held.
 */
export async function handOver({ backend, store, device }: Places, from: Session | null, to: Session): Promise<string | null> {
  let held: string | null = null;
  const empty = () => store.snapshot().cart.lines.length === 0;
  if (from !== null && from.employeeId !== to.employeeId && !empty()) {
    const label = t.hold.cartOf(from.name);
    if (await store.hold(label)) held = label;
  }
  if (!empty()) return held;
  const { items } = await backend.query(heldSales(device));
  const own = (items as readonly HeldSale[]).find((each) => each.label === t.hold.cartOf(to.name));
  if (own !== undefined) await store.recall(own.id);
  return held;
}
