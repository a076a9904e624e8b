import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Master } from "./master";

/** Gives a master that does not run yet so many products. */
export function stock(master: Master, products: number): void {
  const file = join(master.data, "products.csv");
  writeFileSync(file, catalogue(products));
  master.command("import", file);
}

/** Products as a file: the names of the sample shop over and over, with a number and a barcode each. */
function catalogue(products: number): string {
  const sample = fileURLToPath(new URL("../../master-server/demo/catalogue.csv", import.meta.url));
  const [head = "", ...lines] = readFileSync(sample, "utf8").trim().split("\n");
  const column = head.split(",").indexOf("name");
  const names = lines.map((line) => (line.split(",")[column] ?? "").replaceAll('"', "").trim()).filter((name) => name !== "");
  const made = Array.from({ length: products }, (_, at) => {
    const name = `${names[at % names.length] ?? "PRODUCT"} ${String(Math.floor(at / names.length) + 1)}`;
    const pence = 25 + ((at * 37) % 2_000);
    return `${String(100_000 + at)},${name},${(pence / 100).toFixed(2)},${barcode(at)},1000`;
  });
  return ["code,name,price,barcode,stock", ...made].join("\n");
}

/** A valid EAN-13 of the range that companies use inside. */
export function barcode(at: number): string {
  const digits = `040${String(at).padStart(9, "0")}`;
  const sum = [...digits].reduce((all, digit, place) => all + Number(digit) * (place % 2 === 0 ? 1 : 3), 0);
  return `${digits}${String((10 - (sum % 10)) % 10)}`;
}
