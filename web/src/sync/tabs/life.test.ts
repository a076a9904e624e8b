import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Roads } from "../../test/roads";
import { asking } from "./life";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Asked once a millisecond. */
const asked = (times: number) => vi.advanceTimersByTimeAsync(times);

it("knows that a tab is gone once it leaves five questions without an answer", async () => {
  const roads = new Roads();
  const me = asking("me", roads.of("me"), 1);
  asking("other", roads.of("other"), 1);
  const gone = vi.fn();
  void me.gone("other", new AbortController().signal).then(gone);
  await asked(20);
  expect(roads.said("pong")).toBe(20);
  roads.close("other");
  await asked(5);
  expect(gone).not.toHaveBeenCalled();
  await asked(1);
  expect(gone).toHaveBeenCalledOnce();
  expect(roads.said("ping")).toBe(25);
});

it("asks no more once nobody wants to know", async () => {
  const roads = new Roads();
  const me = asking("me", roads.of("me"), 1);
  const [enough, gone] = [new AbortController(), vi.fn()];
  void me.gone("nobody", enough.signal).then(gone);
  await asked(3);
  enough.abort();
  await asked(20);
  expect(roads.said("ping")).toBe(3);
  expect(gone).not.toHaveBeenCalled();
});
