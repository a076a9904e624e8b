import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useCalm } from "./use-calm";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const press = () => window.dispatchEvent(new Event("pointerdown"));
const pass = (ms: number) => act(() => void vi.advanceTimersByTime(ms));

it("follows at once on a page that nobody touches", () => {
  const { result, rerender } = renderHook(useCalm<boolean>, { initialProps: false });
  pass(5_000);
  rerender(true);
  expect(result.current).toBe(true);
});

it("waits until the last press is over for a while", () => {
  const { result, rerender } = renderHook(useCalm<boolean>, { initialProps: false });
  press();
  rerender(true);
  pass(1_400);
  press();
  pass(1_400);
  expect(result.current).toBe(false);
  pass(100);
  expect(result.current).toBe(true);
});

it("does not move for what is over before anybody could see it", () => {
  const { result, rerender } = renderHook(useCalm<boolean>, { initialProps: false });
  press();
  rerender(true);
  pass(1_000);
  rerender(false);
  pass(10_000);
  expect(result.current).toBe(false);
});

it("follows after ten seconds although the page is touched all the time", () => {
  const { result, rerender } = renderHook(useCalm<boolean>, { initialProps: false });
  press();
  rerender(true);
  for (let second = 0; second < 9; second += 1) {
    pass(1_000);
    press();
  }
  expect(result.current).toBe(false);
  pass(1_000);
  expect(result.current).toBe(true);
});
