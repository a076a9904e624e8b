import Papa from "papaparse";

/** What a spreadsheet would run; a number below zero is none of it. */
const FORMULA = /^[=+@\t\r]|^-(?!\d+(\.\d+)?$)/;

/** Offers rows as a file. Cells that a spreadsheet would run as a formula are quoted as text. */
export function downloadCsv(name: string, header: readonly string[], rows: readonly (readonly string[])[]): void {
  const text = Papa.unparse({ fields: [...header], data: rows.map((row) => [...row]) }, { escapeFormulae: FORMULA });
  // The mark makes Excel read UTF-8.
  downloadText(name, `\uFEFF${text}`, "text/csv");
}

export function downloadText(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Some browsers start the download after this task.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
