import { BackendError } from "../sync/backend-error";
import type { Engine, GuestEngine } from "../sync/tabs/engine";

/** What all engines of one till share. */
interface Shared {
  /** Recorded, by the cart; kept whatever tab works. */
  readonly sales: Set<string>;
  working: boolean;
  failed: boolean;
}

/** The engine of one tab in a test, with the parts of Rust's that tabs share. */
export class FakeEngine implements Engine {
  readonly #shared: Shared;
  readonly #listeners = new Map<number, { readonly method: string; readonly tell: (value: unknown) => void }>();
  #next = 1;
  person: string | null = null;
  /** Those for other tabs, the oldest first. */
  readonly others: FakeEngine[] = [];
  left = false;
  /** What is recorded is not answered. */
  silent = false;
  /** Another tab has opened the databases: nothing is written here any more. */
  fenced = false;
  /** Set to answer a PIN later. */
  pin: Promise<void> = Promise.resolve();

  constructor(sales: Set<string>, shared: Shared = { sales, working: false, failed: false }) {
    this.#shared = shared;
  }

  forTab(): FakeEngine & GuestEngine {
    const other = new FakeEngine(this.#shared.sales, this.#shared);
    this.others.push(other);
    const leave = () => {
      if (this.#shared.failed) throw new Error("nothing answers any more");
      other.left = true;
      other.person = null;
      other.#listeners.clear();
    };
    return Object.assign(other, { leave });
  }

  /** The engines that tabs are attached to. */
  get serving(): readonly FakeEngine[] {
    return this.others.filter((other) => !other.left);
  }

  /** Who listens to this engine. */
  get listeners(): number {
    return this.#listeners.size;
  }

  work(working: boolean): void {
    this.#shared.working = working;
    for (const { method, tell } of this.#listeners.values()) if (method === "onStatus") tell(this.#status());
  }

  /** It stops, with its tab still there: it neither answers nor lets go of anybody. */
  fail(): void {
    this.#shared.failed = true;
    this.work(true);
  }

  async call(method: string, args: readonly unknown[]): Promise<unknown> {
    const [first] = args as readonly string[];
    if (method === "logout") {
      this.person = null;
      return null;
    }
    if (method === "status") return this.#status();
    if (!this.#shared.working) throw refusal("other_tab");
    switch (method) {
      case "login":
        await this.pin;
        this.person = first ?? null;
        return { ok: true };
      case "goOn":
        this.person = first ?? null;
        return null;
      case "completeSale":
        if (this.person === null) throw refusal("logged_out");
        if (this.fenced) throw refusal("storage_held");
        this.#shared.sales.add(first ?? "");
        return this.silent ? new Promise(() => undefined) : this.person;
      case "adjustStock":
        if (this.fenced) throw refusal("storage_held");
        return new Promise(() => undefined);
      default:
        throw new Error(`no ${method}`);
    }
  }

  listen(method: string, _args: readonly unknown[], tell: (value: unknown) => void): Promise<() => void> {
    if (method === "subscribe" && !this.#shared.working) return Promise.reject(refusal("other_tab"));
    const number = this.#next++;
    this.#listeners.set(number, { method, tell });
    tell(method === "onStatus" ? this.#status() : this.#shared.sales.size);
    return Promise.resolve(() => void this.#listeners.delete(number));
  }

  readonly #status = () => {
    const { failed, working } = this.#shared;
    return { connection: { state: failed ? "failed" : working ? "online" : "other_tab" } };
  };
}

function refusal(code: string): BackendError {
  return new BackendError({ code, class: "wait", message: code });
}
