import type { TabId, TabRoad } from "./messages";

/** How long a tab that is asked whether it is there may take, and how often it is asked in a row. */
const PING_MS = 2_000;
const PINGS = 5;

/** Knows which tabs are still there: one that is closed says nothing, not even that. */
export interface Life {
  /** Whether the browser lets another tab work by itself when the one that worked is gone. */
  readonly passesOn: boolean;
  /** Resolves once a tab is gone; not any more after the signal. */
  gone(tab: TabId, enough: AbortSignal): Promise<void>;
}

/** By a lock that each tab holds as long as it lives, or by questions where the browser gives no locks. */
export async function lifeOf(self: TabId, road: TabRoad): Promise<Life> {
  return (await locked(self).catch(() => null)) ?? asking(self, road, PING_MS);
}

const lockOf = (tab: TabId) => `tillsync:tab:${tab}`;

async function locked(self: TabId): Promise<Life | null> {
  if (!("locks" in navigator)) return null;
  // Held before anybody hears of this tab: who asks for it then waits for its end.
  await new Promise<void>((held, refused) => {
    const hold = () => {
      held();
      return new Promise<never>(() => undefined);
    };
    navigator.locks.request(lockOf(self), hold).catch(refused);
  });
  return {
    passesOn: true,
    gone: (tab, enough) =>
      new Promise((gone) => {
        navigator.locks.request(lockOf(tab), { signal: enough }, () => gone()).catch(() => undefined);
      }),
  };
}

/** A tab that leaves five questions in a row without an answer is gone, or as good as. */
export function asking(self: TabId, road: TabRoad, every: number): Life {
  const open = new Map<TabId, number>();
  road.hear((message) => {
    if (message.kind === "ping" && message.to === self) road.post({ kind: "pong", from: self, to: message.from });
    if (message.kind === "pong" && message.to === self) open.set(message.from, 0);
  });
  return {
    passesOn: false,
    gone: (tab, enough) =>
      new Promise((gone) => {
        open.set(tab, 0);
        const ask = () => {
          const unanswered = open.get(tab) ?? 0;
          if (unanswered >= PINGS) {
            clearInterval(timer);
            gone();
            return;
          }
          open.set(tab, unanswered + 1);
          road.post({ kind: "ping", from: self, to: tab });
        };
        const timer = setInterval(ask, every);
        enough.addEventListener("abort", () => clearInterval(timer));
      }),
  };
}
