import { beforeEach, expect, it } from "vitest";
import { claimed } from "./place";

/** The locks of one browser, as far as places need them. */
class Locks {
  readonly #held = new Map<string, () => void>();

  /** As one tab sees them. */
  get manager(): LockManager {
    const request = async (name: string, { signal, ifAvailable }: LockOptions, granted: (lock: Lock | null) => unknown) => {
      while (this.#held.has(name)) {
        if (ifAvailable === true) return granted(null);
        if (signal?.aborted === true) throw signal.reason;
        await new Promise((again) => setTimeout(again, 5));
      }
      this.#held.set(name, () => this.#held.delete(name));
      return granted({ name, mode: "exclusive" });
    };
    return { request } as unknown as LockManager;
  }

  /** The tab that has a place is closed. */
  free(place: number): void {
    this.#held.get(`tillsync:place:${String(place)}`)?.();
  }
}

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

it("gives each tab a place, a duplicate another one, and a tab that is loaded again its own", async () => {
  const locks = new Locks();
  const first = await claimed(locks.manager, false);
  first?.setItem("cart", "of the first");
  expect(sessionStorage.getItem("tillsync-place")).toBe("1");
  // Duplicated: what the tab remembers comes along, and the first one is still there.
  const second = await claimed(locks.manager, false);
  expect(second?.getItem("cart")).toBeNull();
  second?.setItem("cart", "of the second");
  expect(sessionStorage.getItem("tillsync-place")).toBe("2");
  locks.free(1);
  const again = claimed(locks.manager, true);
  locks.free(2);
  expect((await again)?.getItem("cart")).toBe("of the second");
  expect(first?.getItem("cart")).toBe("of the first");
});

it("takes another place where the one it had is not free in time", async () => {
  const locks = new Locks();
  await claimed(locks.manager, false);
  const other = await claimed(locks.manager, true);
  other?.setItem("cart", "mine");
  expect(localStorage.getItem("cart-2")).toBe("mine");
});

it("goes on with a cart only when it is loaded again, where no browser tells one tab from its duplicate", async () => {
  sessionStorage.setItem("cart", "kept");
  expect((await claimed(null, true))?.getItem("cart")).toBe("kept");
  expect((await claimed(null, false))?.getItem("cart")).toBeNull();
});

it("keeps what it can where locks are forbidden", async () => {
  const request = () => Promise.reject(new DOMException("no", "SecurityError"));
  const kept = await claimed({ request } as unknown as LockManager, false);
  kept?.setItem("cart", "here");
  expect(sessionStorage.getItem("cart")).toBe("here");
});
