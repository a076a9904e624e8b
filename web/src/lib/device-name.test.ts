import { expect, it } from "vitest";
import { suggestDeviceName } from "./device-name";

const CODE = new Uint8Array([0, 31, 200]);

it.each([
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36", "Chrome on Windows, AAR"],
  ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36 Edg/141.0", "Edge on Windows, AAR"],
  ["Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1 (KHTML, like Gecko) Version/18.0 Mobile Safari/604.1", "Safari on iPad, AAR"],
  ["Mozilla/5.0 (Linux; Android 15; SM-X210) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36", "Chrome on Android tablet, AAR"],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", "Firefox on Linux, AAR"],
  ["something else", "Browser, AAR"],
])("calls %s what people would", (userAgent, name) => {
  expect(suggestDeviceName(userAgent, CODE)).toBe(name);
});

it("tells two browsers of a kind apart", () => {
  const names = new Set(Array.from({ length: 20 }, () => suggestDeviceName("Firefox/144.0")));
  expect(names.size).toBeGreaterThan(15);
});
