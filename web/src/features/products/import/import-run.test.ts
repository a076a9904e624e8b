import { describe, expect, it } from "vitest";
import { FakeBackend } from "../../../test/fake-backend";
import { planImport, type Run, runImport } from "./import-run";
import { readProductFile } from "./product-file";

const quiet = (): Run => ({ signal: new AbortController().signal, onProgress: () => undefined });

const FILE = `\uFEFFcode,name,price
N1,First,2.50

,No code,1
N2,"Two
lines",3
N3,Bad,2;50
N1,Again,4
20000,There already,1
`;

describe("a file of products", () => {
  it("numbers its lines as an editor does", () => {
    const file = readProductFile("a.csv", FILE);
    expect(file.header).toEqual(["code", "name", "price"]);
    expect(file.lines.map((line) => line.line)).toEqual([2, 4, 5, 7, 8, 9]);
    expect(file.lines[2]?.cells).toEqual(["N2", "Two\nlines", "3"]);
  });

  it("is read with semicolons too", () => {
    expect(readProductFile("a.csv", "code;name;price\r\nA;B;1\r\n").lines).toEqual([{ line: 2, cells: ["A", "B", "1"] }]);
  });

  it("has its bad lines told with number and reason, and the rest goes in", async () => {
    const backend = new FakeBackend();
    const plan = await planImport(backend, readProductFile("a.csv", FILE), quiet());
    expect(plan.counts).toEqual({ new: 2, changed: 0, unchanged: 1 });
    expect(plan.bad.map(({ line, reason }) => [line, reason])).toEqual([
      [4, "Code is missing."],
      [7, 'Price: "2;50" is no number.'],
      [8, "The code N1 stands in an earlier line."],
    ]);
    const before = backend.products.length;
    const done = await runImport(backend, plan, quiet());
    expect(done.counts).toEqual({ new: 2, changed: 0, unchanged: 1 });
    expect(backend.products.length).toBe(before + 2);
  });

  it("changes nothing when it is taken in a second time", async () => {
    const backend = new FakeBackend();
    const file = readProductFile("a.csv", "code,name,price\nN1,First,2.50\n");
    await runImport(backend, await planImport(backend, file, quiet()), quiet());
    const again = await planImport(backend, file, quiet());
    expect([again.todo.length, again.counts.unchanged]).toEqual([0, 1]);
  });

  it("stops after the batch that was under way", async () => {
    const backend = new FakeBackend();
    const text = `code,name,price\n${Array.from({ length: 250 }, (_, n) => `S${String(n)},Name,1`).join("\n")}\n`;
    const plan = await planImport(backend, readProductFile("a.csv", text), quiet());
    const stop = new AbortController();
    const done = await runImport(backend, plan, {
      signal: stop.signal,
      onProgress: (count) => {
        if (count > 0) stop.abort();
      },
    });
    expect(done.counts.new).toBe(100);
  });
});
