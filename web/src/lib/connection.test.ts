import { describe, expect, it } from "vitest";
import { FakeBackend } from "../test/fake-backend";
import type { Connection, SyncStatus } from "../sync/backend";
import { describeConnection, retryText } from "./connection";

const base = await new FakeBackend(0).status();
const at = (connection: Connection, change: Partial<SyncStatus> = {}): SyncStatus => ({ ...base, connection, ...change });

describe("the connection in words", () => {
  it("says Online, and what needs attention", () => {
    expect(describeConnection(at({ state: "online" }), 0).word).toBe("Online");
    expect(describeConnection(at({ state: "online" }, { attention: 2 }), 0).word).toBe("2 need attention");
  });

  it("says how many wait while the server is away, with attempt and countdown", () => {
    const status = at({ state: "server_unreachable", attempt: 4, nextRetryAt: 30_000 }, { since: 0, pending: 3 });
    const view = describeConnection(status, 20_000);
    expect(view.word).toBe("Offline, 3 to send");
    expect(view.sentence).toBe("Main server not reachable. Keep selling; sales are saved on this till.");
    expect(view.retry === null ? "" : retryText(view.retry, 20_000)).toBe("Attempt 4, next in 10 s");
  });

  it("shows the banner only after ten seconds", () => {
    const status = at({ state: "server_unreachable", attempt: 1, nextRetryAt: null }, { since: 0 });
    expect(describeConnection(status, 9_999).banner).toBe(false);
    expect(describeConnection(status, 10_000).banner).toBe(true);
  });

  it("calls a short first attempt Checking…", () => {
    expect(describeConnection(at({ state: "connecting", attempt: 1, nextRetryAt: null }, { since: 0 }), 2_000).word).toBe("Checking…");
    expect(describeConnection(at({ state: "connecting", attempt: 3, nextRetryAt: null }, { since: 0 }), 2_000).word).toBe("Offline");
  });

  it("never says conflict, 500 or sync failed to a cashier", () => {
    const states: Connection[] = [
      { state: "no_network" },
      { state: "connecting", attempt: 2, nextRetryAt: null },
      { state: "checking" },
      { state: "online" },
      { state: "server_unreachable", attempt: 9, nextRetryAt: null },
      { state: "draining" },
      { state: "storage", problem: "lost" },
      { state: "storage", problem: "full" },
      { state: "storage", problem: "memory_only" },
      { state: "other_tab" },
      { state: "failed", message: "unreachable" },
    ];
    for (const connection of states) {
      const view = describeConnection(at(connection, { pending: 2, since: 0 }), 60_000);
      expect(`${view.word} ${view.sentence}`).not.toMatch(/conflict|500|sync failed/i);
    }
  });
});
