import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

// As with the tests' own limit: what takes a moment takes longer on a machine that builds meanwhile.
configure({ asyncUtilTimeout: 10_000 });

/* What Mantine and the virtual lists ask of a browser and jsdom does not have. */
window.matchMedia = (query: string) =>
  ({
    matches: false,
    media: query,
    onchange: null,
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
    addListener: vi.fn(),
    removeListener: vi.fn(),
    dispatchEvent: vi.fn(),
  });

class SizedObserver implements ResizeObserver {
  readonly #callback: ResizeObserverCallback;
  constructor(callback: ResizeObserverCallback) {
    this.#callback = callback;
  }
  observe(target: Element): void {
    const contentRect = { width: 800, height: 600, top: 0, left: 0, right: 800, bottom: 600, x: 0, y: 0, toJSON: () => ({}) };
    const size = [{ inlineSize: 800, blockSize: 600 }];
    this.#callback(
      [{ target, contentRect, borderBoxSize: size, contentBoxSize: size, devicePixelContentBoxSize: size }],
      this,
    );
  }
  unobserve(): void {}
  disconnect(): void {}
}
window.ResizeObserver = SizedObserver;
Object.defineProperty(HTMLElement.prototype, "offsetHeight", { configurable: true, value: 600 });
Object.defineProperty(HTMLElement.prototype, "offsetWidth", { configurable: true, value: 800 });
for (const [name, value] of [["clientHeight", 600], ["clientWidth", 800]] as const) {
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, value });
}
Element.prototype.scrollTo = () => undefined;
Element.prototype.scrollIntoView = () => undefined;

afterEach(cleanup);

// A till has an https address; jsdom does not say.
Object.defineProperty(window, "isSecureContext", { value: true, configurable: true });
