import type { Chosen, ConflictCard, Id, Notice, StockCount, Task, TaskEnd } from "../sync/backend";
import { FakeCustomers } from "./fake-customers";

/** What waits for a person, of the fake backend. */
export class FakeInbox extends FakeCustomers {
  cards: readonly ConflictCard[] = [];
  openTasks: readonly Task[] = [];
  news: readonly Notice[] = [];
  readonly chosen: Chosen[] = [];
  readonly ended: TaskEnd[] = [];

  conflicts(status: "open" | "resolved"): Promise<readonly ConflictCard[]> {
    return Promise.resolve(this.cards.filter((card) => card.conflict.status === status));
  }
  resolve(chosen: readonly Chosen[]): Promise<void> {
    this.chosen.push(...chosen);
    const gone = new Set(chosen.map((each) => each.id));
    this.cards = this.cards.filter((card) => !gone.has(card.id));
    this.#count();
    return Promise.resolve();
  }
  tasks = (open: boolean) => Promise.resolve(open ? this.openTasks : []);
  closeTask(end: TaskEnd): Promise<void> {
    this.ended.push(end);
    this.openTasks = this.openTasks.filter((task) => task.id !== end.task);
    this.#count();
    return Promise.resolve();
  }
  countStock({ task }: StockCount): Promise<void> {
    return task === null ? Promise.resolve() : this.closeTask({ ...task, action: "recounted", note: "" });
  }
  notices = () => Promise.resolve(this.news);
  acknowledge(notice: Id): Promise<void> {
    this.news = this.news.filter((each) => each.id !== notice);
    return Promise.resolve();
  }

  protected fillInbox(now: number): void {
    const conflict = { collection: "products", step: "patch", device: "till-2", device_name: "Till 2", actor: "cleo", mutation: "edit_product" } as const;
    const open = { status: "open", resolution: null, seen: null, resolved: null, resolved_by: null, resolved_at: null, rule: null } as const;
    const times = { claimed_at: now - 600_000, raised_at: now - 300_000 };
    const standing = { theirs_actor: "sam", theirs_device: "till-1", theirs_device_name: "Till 1", theirs_at: now - 900_000 } as const;
    const card = { actorName: "Cleo Winter", theirsName: "Sam O'Neill", resolverName: null, current: null, theirsAt: now - 900_000, canKeepMine: true, seen: "", pending: false };
    const heart = { ...conflict, ...open, ...times, ...standing, record: "heart" };
    this.cards = [
      { ...card, id: "c1", conflict: { ...heart, field: "price", was: 255, theirs: 260, mine: 275 }, label: "White hanging heart T-light holder", theirs: 260, mine: 275 },
      { ...card, id: "c2", conflict: { ...heart, field: "name", was: "White hanging heart T-light holder", theirs: "White hanging heart T-light holder, large", mine: "White heart T-light holder" }, label: "White hanging heart T-light holder", theirs: "White hanging heart T-light holder, large", mine: "White heart T-light holder" },
      { ...card, id: "c3", conflict: { ...heart, record: "wrap", field: "price", was: 42, theirs: 45, mine: 39 }, label: "Wiederverwendbare Geschenkverpackungsschleife", theirs: 45, mine: 39 },
    ];
    this.openTasks = [
      {
        id: "t1",
        kind: "oversold",
        subject: this.products[0]?.id ?? "",
        message: "Jumbo bag red retrospot: 1 more sold than there were",
        status: "open",
        count: 2,
        causes: [
          { device_name: "Till 2", at: now, message: "S01-T02-E1-000457 sold 1 more than there was" },
          { device_name: "Till 3", at: now, message: "S01-T03-E1-000112 sold the last one" },
        ],
        raised_at: now - 240_000,
        action: null,
        note: null,
        closed_at: null,
        closerName: null,
        actions: ["recounted", "accepted", "called", "refunded"],
      },
    ];
    this.news = [{ id: "n1", kind: "out_of_stock", subject: "x", message: "Jumbo bag red retrospot is out of stock", raisedAt: now }];
    this.#count();
  }

  #count(): void {
    this.setStatus({ conflicts: this.cards.length, tasks: this.openTasks.length });
  }
}
