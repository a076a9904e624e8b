import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ScanListener } from "./scan-listener";

const scans: string[] = [];
const typed: string[] = [];
let detach = () => {};
let clock = 1000;

/** A key as the browser reports it; what an editable field would take up is put in by hand. */
function press(key: string, afterMs: number, target: Element = document.body): KeyboardEvent {
  clock += afterMs;
  vi.advanceTimersByTime(afterMs);
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  Object.defineProperty(event, "timeStamp", { value: clock });
  target.dispatchEvent(event);
  if (target instanceof HTMLInputElement && key.length === 1 && !event.defaultPrevented) target.value += key;
  return event;
}

function burst(text: string, gapMs: number, target?: Element): void {
  for (const key of text) press(key, gapMs, target);
}

function field(type = "text"): HTMLInputElement {
  const input = document.createElement("input");
  input.type = type;
  document.body.append(input);
  return input;
}

beforeEach(() => {
  vi.useFakeTimers();
  scans.length = 0;
  typed.length = 0;
  document.body.replaceChildren();
  detach = new ScanListener({ onScan: (text) => scans.push(text), onTyped: (text) => typed.push(text) }).attach(document);
});
afterEach(() => {
  detach();
  vi.useRealTimers();
});

describe("a barcode scanner is told from a person by timing", () => {
  it("takes fast characters and Enter as one scan and swallows the Enter", () => {
    burst("4006381333931", 8);
    const enter = press("Enter", 8);
    expect(scans).toEqual(["4006381333931"]);
    expect(enter.defaultPrevented).toBe(true);
    vi.advanceTimersByTime(200);
    expect(typed).toEqual([]);
  });

  it("takes Tab as the end of a scan as well", () => {
    burst("5012345678900", 10);
    press("Tab", 10);
    expect(scans).toEqual(["5012345678900"]);
  });

  it("ends a scan without suffix after 60 ms of silence", () => {
    burst("96385074", 10);
    vi.advanceTimersByTime(59);
    expect(scans).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(scans).toEqual(["96385074"]);
  });

  it("hands on what a person types slowly, and leaves their Enter alone", () => {
    burst("4006", 120);
    const enter = press("Enter", 120);
    expect(scans).toEqual([]);
    expect(typed.join("")).toBe("4006");
    expect(enter.defaultPrevented).toBe(false);
  });

  it("keeps what a person typed out of a scan that follows at once", () => {
    const search = field();
    press("p", 100, search);
    press("Escape", 10, search);
    burst("4006381333931", 5, search);
    press("Enter", 5, search);
    expect(scans).toEqual(["4006381333931"]);
  });

  it("does not take two fast keys of a person for a scan", () => {
    burst("ab", 20);
    vi.advanceTimersByTime(60);
    expect(scans).toEqual([]);
    expect(typed).toEqual(["ab"]);
  });

  it("hands on two scans in their order", () => {
    burst("11112222", 5);
    press("Enter", 5);
    burst("33334444", 5);
    press("Enter", 5);
    expect(scans).toEqual(["11112222", "33334444"]);
  });

  it("takes its characters out of the field that had the focus", () => {
    const input = field();
    input.value = "lan";
    burst("4006381333931", 8, input);
    press("Enter", 8, input);
    expect(scans).toEqual(["4006381333931"]);
    expect(input.value).toBe("lan");
  });

  it("does not hand on what a person types into a field", () => {
    const input = field();
    burst("lantern", 120, input);
    vi.advanceTimersByTime(100);
    expect(typed).toEqual([]);
    expect(input.value).toBe("lantern");
  });

  it("is off in password fields", () => {
    const input = field("password");
    burst("12345678", 5, input);
    press("Enter", 5, input);
    expect(scans).toEqual([]);
    expect(input.value).toBe("12345678");
  });

  it("leaves the code in a field that asks for codes and swallows only the Enter", () => {
    const input = field();
    input.dataset["scan"] = "field";
    burst("4006381333931", 8, input);
    const enter = press("Enter", 8, input);
    expect(scans).toEqual([]);
    expect(input.value).toBe("4006381333931");
    expect(enter.defaultPrevented).toBe(true);
  });

  it("starts anew after a pause in the middle", () => {
    burst("40063", 8);
    burst("81333931", 8);
    press("Enter", 8);
    expect(scans).toEqual(["4006381333931"]);
    burst("12", 8);
    burst("5678", 200);
    press("Enter", 200);
    expect(scans).toHaveLength(1);
  });

  it("ignores keys with Ctrl and held-down keys", () => {
    for (const key of "12345678") {
      clock += 5;
      const event = new KeyboardEvent("keydown", { key, ctrlKey: true, bubbles: true });
      document.body.dispatchEvent(event);
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key, repeat: true, bubbles: true }));
    }
    press("Enter", 5);
    expect(scans).toEqual([]);
  });
});
