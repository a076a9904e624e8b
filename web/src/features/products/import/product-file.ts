import Papa from "papaparse";
import type { ImportPart } from "../../../sync/backend";

export type FileLine = ImportPart["lines"][number];

export interface ProductFile {
  readonly name: string;
  readonly header: readonly string[];
  readonly lines: readonly FileLine[];
}

/** Cuts a CSV text into lines that know their number in the file. Empty lines count and are left out. */
export function readProductFile(name: string, text: string): ProductFile {
  const plain = text.replace(/^\uFEFF/, "");
  const rows: FileLine[] = [];
  let cursor = 0;
  let line = 1;
  const newlines = (part: string) => part.split("\n").length - 1;
  Papa.parse<string[]>(plain, {
    skipEmptyLines: true,
    delimitersToGuess: [",", ";", "\t"],
    step: ({ data, meta }) => {
      const record = plain.slice(cursor, meta.cursor);
      const blank = /^[\r\n]*/.exec(record)?.[0] ?? "";
      rows.push({ line: line + newlines(blank), cells: data.map((cell) => cell.trim()) });
      line += newlines(record);
      cursor = meta.cursor;
    },
  });
  const [header, ...lines] = rows;
  return { name, header: header?.cells ?? [], lines };
}
