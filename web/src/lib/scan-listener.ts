/**
 * Tells a barcode scanner (which types like a keyboard) from a person, by timing alone.
 *
 * One listener at the root of the page, independent of focus. Characters that follow each other
 * faster than a person types are collected; Enter, Tab or a short silence ends a scan. What the
 * scanner wrote into a field is taken out again. Off in password fields. The nearest `data-scan`
 * around the focus says otherwise: `off` hears nothing, `field` leaves the code in the field and
 * only swallows the Enter behind it.
 */
export interface ScanTimings {
  /** Two characters further apart than this come from a person. */
  readonly maxGapMs: number;
  /** This much silence ends a scan that has no Enter or Tab. */
  readonly silenceMs: number;
  /** Shorter bursts are typing. */
  readonly minLength: number;
}

export const SCAN_TIMINGS: ScanTimings = { maxGapMs: 50, silenceMs: 60, minLength: 4 };

export interface ScanHandlers {
  /**
   * A complete scan. `at`: time stamp of its last character. `sent`: with what the scanner puts
   * around each code.
   */
  onScan(text: string, at: number, sent: string): void;
  /** Characters a person typed while no field had the focus. */
  onTyped?(text: string): void;
}

/** No scanner sends these: what came before was typed, however soon a scan follows. */
const PERSONAL: ReadonlySet<string> = new Set([
  "Escape", "Backspace", "Delete", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End",
]);

interface Field {
  readonly element: HTMLInputElement | HTMLTextAreaElement;
  readonly value: string;
}

export class ScanListener {
  readonly #handlers: ScanHandlers;
  readonly #timings: ScanTimings;
  #text = "";
  #lastAt = 0;
  #editable = false;
  #field: Field | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(handlers: ScanHandlers, timings: ScanTimings = SCAN_TIMINGS) {
    this.#handlers = handlers;
    this.#timings = timings;
  }

  /** Starts listening; the returned function ends it. */
  attach(root: Document): () => void {
    root.addEventListener("keydown", this.#onKeyDown, { capture: true });
    return () => {
      root.removeEventListener("keydown", this.#onKeyDown, { capture: true });
      clearTimeout(this.#timer);
    };
  }

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || isOff(event.target)) return;
    if (event.key === "Enter" || event.key === "Tab") {
      this.#onEnd(event);
      return;
    }
    if (PERSONAL.has(event.key)) {
      this.#flushTyped();
      return;
    }
    // Alt codes, F keys, Shift itself. GS (ASCII 29) reaches us as F8 or not at all.
    if (event.key.length !== 1 || event.repeat) return;
    const gap = event.timeStamp - this.#lastAt;
    if (this.#text === "" || gap > this.#timings.maxGapMs) {
      if (this.#text !== "") this.#flushTyped();
      this.#begin(event);
    }
    this.#text += event.key;
    this.#lastAt = event.timeStamp;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#onSilence(), this.#timings.silenceMs);
  };

  #begin(event: KeyboardEvent): void {
    const target = event.target;
    this.#text = "";
    this.#editable = isEditable(target);
    this.#field =
      target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
        ? { element: target, value: target.value }
        : null;
  }

  #onEnd(event: KeyboardEvent): void {
    const inTime = event.timeStamp - this.#lastAt <= this.#timings.silenceMs;
    if (!this.#isScan() || !inTime) {
      this.#flushTyped();
      return;
    }
    // The scanner's Enter must not press a button, its Tab must not move the focus.
    event.preventDefault();
    event.stopImmediatePropagation();
    this.#finish();
  }

  #onSilence(): void {
    if (this.#isScan()) this.#finish();
    else this.#flushTyped();
  }

  #isScan(): boolean {
    return this.#text.length >= this.#timings.minLength;
  }

  #finish(): void {
    const text = this.#text;
    const at = this.#lastAt;
    const kept = this.#field !== null && modeOf(this.#field.element) === "field";
    if (!kept) this.#restoreField();
    this.#reset();
    if (!kept) this.#handlers.onScan(text, at, text);
  }

  #flushTyped(): void {
    const text = this.#text;
    const editable = this.#editable;
    this.#reset();
    if (text !== "" && !editable) this.#handlers.onTyped?.(text);
  }

  #reset(): void {
    clearTimeout(this.#timer);
    this.#text = "";
    this.#field = null;
  }

  /** Takes the scanner's characters out of the field that had the focus, so that React sees it too. */
  #restoreField(): void {
    const field = this.#field;
    if (field === null || field.element.value === field.value) return;
    const prototype =
      field.element instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
    Object.getOwnPropertyDescriptor(prototype, "value")?.set?.call(field.element, field.value);
    field.element.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function isOff(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (target instanceof HTMLInputElement && target.type === "password") return true;
  return modeOf(target) === "off";
}

function modeOf(element: Element): string | null {
  return element.closest("[data-scan]")?.getAttribute("data-scan") ?? null;
}

export function isEditable(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !["button", "checkbox", "radio", "submit"].includes(target.type);
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLElement && target.isContentEditable);
}
