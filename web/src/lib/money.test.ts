import { describe, expect, it } from "vitest";
import { decimal, formatMoney, formatQuantity, formatRate, parseMoney, parsePercent, parseQuantity } from "./money";

const GBP = { currency: "GBP", exponent: 2, locale: "en-GB" };

describe("money is written and read without floats", () => {
  it("puts the point by the currency's exponent", () => {
    expect(decimal(5, 2)).toBe("0.05");
    expect(decimal(-1234, 2)).toBe("-12.34");
    expect(decimal(1234, 0)).toBe("1234");
    expect(formatMoney(123_456, GBP)).toBe("1,234.56");
    expect(formatMoney(123_456, GBP, true)).toBe("£1,234.56");
    expect(formatMoney(9_007_199_254_740_991, GBP)).toBe("90,071,992,547,409.91");
  });

  it.each([
    ["2.5", 250],
    ["2,50", 250],
    ["0.29", 29],
    [".5", 50],
    ["12", 1200],
    ["1,234", 123_400],
    ["1,234.50", 123_450],
    ["1.234,50", 123_450],
    ["£3.10", 310],
    ["-4", -400],
  ])("reads %s", (text, value) => {
    expect(parseMoney(text, 2)).toBe(value);
  });

  it.each(["", "abc", "1.2.3.4", "12x", "0.2555", "--1"])("refuses %s", (text) => {
    expect(parseMoney(text, 2)).toBeNull();
  });

  it("reads quantities in thousandths and rates in basis points", () => {
    expect(parseQuantity("0.355")).toBe(355);
    expect(parseQuantity("2")).toBe(2000);
    expect(parsePercent("7.5 %")).toBe(750);
    expect(parsePercent("101")).toBeNull();
    expect(formatQuantity(1250, "en-GB")).toBe("1.25");
    expect(formatRate(2000)).toBe("20 %");
    expect(formatRate(750)).toBe("7.5 %");
    expect(formatRate(0)).toBe("0 %");
  });
});
