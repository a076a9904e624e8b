/** Where a page keeps what is its own over a reload: other tabs of this browser have other places. */
export type Keep = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const REMEMBERED = "tillsync-place";
/** How long a page that is loaded again waits for what its old self held. */
const RELOAD_MS = 1_000;

let keep: Keep | null | undefined;

/** Takes a place that no other tab has, if it can the one that this tab had; once for each page. */
export async function claimPlace(): Promise<void> {
  keep = await claimed("locks" in navigator ? navigator.locks : null, isReload());
}

/** The place of this page; `null` where the browser forbids to keep anything. */
export function keptHere(): Keep | null {
  return keep === undefined ? storage("localStorage") : keep;
}

/** Which place a page takes, with the browser's locks where it has any. */
export async function claimed(locks: LockManager | null, reload: boolean): Promise<Keep | null> {
  const tab = storage("sessionStorage");
  try {
    if (locks !== null) return at(await free(locks, Number(tab?.getItem(REMEMBERED) ?? 0), reload), tab);
  } catch {
    // Forbidden, as everything is that keeps something.
  }
  // Nobody knows of the other tabs: what is kept is this tab's alone, and ends with it.
  if (tab === null || reload) return tab;
  // A tab that was duplicated comes with a copy of what the other one keeps, and goes on using.
  tab.clear();
  return tab;
}

async function free(locks: LockManager, had: number, reload: boolean): Promise<number> {
  if (had > 0 && (await held(locks, had, reload ? { signal: AbortSignal.timeout(RELOAD_MS) } : { ifAvailable: true }))) return had;
  for (let place = 1; ; place++) if (await held(locks, place, { ifAvailable: true })) return place;
}

/** Holds a place for as long as the page lives; says no where another tab does. */
function held(locks: LockManager, place: number, options: LockOptions): Promise<boolean> {
  return new Promise((answer, failed) => {
    const hold = (lock: Lock | null) => {
      answer(lock !== null);
      return lock === null ? undefined : new Promise<never>(() => undefined);
    };
    const request = locks.request(`tillsync:place:${String(place)}`, options, hold);
    options.signal?.addEventListener("abort", () => answer(false));
    request.catch(failed);
  });
}

function at(place: number, tab: Keep | null): Keep | null {
  tab?.setItem(REMEMBERED, String(place));
  const all = storage("localStorage");
  if (all === null || place === 1) return all;
  const own = (key: string) => `${key}-${String(place)}`;
  return {
    getItem: (key) => all.getItem(own(key)),
    setItem: (key, value) => all.setItem(own(key), value),
    removeItem: (key) => all.removeItem(own(key)),
  };
}

function isReload(): boolean {
  const [opened] = performance.getEntriesByType("navigation");
  return (opened as PerformanceNavigationTiming | undefined)?.type === "reload";
}

/** Storage that the browser may forbid altogether. */
function storage(name: "localStorage" | "sessionStorage"): Storage | null {
  try {
    return window[name];
  } catch {
    return null;
  }
}
