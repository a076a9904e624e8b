import { expect, it } from "vitest";
import { codeOf, scanner, setScanner } from "./scanner";

it("takes away what the scanner puts around a code, and nothing else", () => {
  const set = { prefix: "]E0", suffix: "#" };
  expect(codeOf("]E05000159407236#", set)).toBe("5000159407236");
  expect(codeOf("5000159407236", set)).toBe("5000159407236");
  expect(codeOf("]E0#", set)).toBe("]E0#");
  expect(codeOf("5000", { prefix: "", suffix: "" })).toBe("5000");
});

it("keeps it on the device, and does without where what is kept is something else", () => {
  expect(scanner()).toEqual({ prefix: "", suffix: "" });
  expect(setScanner({ prefix: "~", suffix: "" })).toBe(true);
  expect(scanner()).toEqual({ prefix: "~", suffix: "" });
  localStorage.setItem("tillsync.scanner", '{"prefix":7}');
  expect(scanner()).toEqual({ prefix: "", suffix: "" });
  localStorage.removeItem("tillsync.scanner");
});
