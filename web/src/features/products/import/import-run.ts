import { t } from "../../../i18n";
import type { ImportedLine, SyncBackend } from "../../../sync/backend";
import { asSentence } from "../../../sync/backend-error";
import type { FileLine, ProductFile } from "./product-file";

/** So many lines cross the door at once: few enough that the till sells on in between. */
const BATCH = 100;

export interface BadLine {
  readonly line: number;
  readonly reason: string;
  readonly cells: readonly string[];
}

export interface Counts {
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
}

/** What a file would do, before anything is recorded. */
export interface ImportPlan {
  readonly file: ProductFile;
  readonly counts: Counts;
  /** Lines that change something. */
  readonly todo: readonly FileLine[];
  readonly bad: readonly BadLine[];
}

export interface Run {
  readonly signal: AbortSignal;
  /** Told after every batch. */
  readonly onProgress: (done: number, total: number) => void;
}

type Door = Pick<SyncBackend, "checkImport" | "importProducts">;

/** Reads what each line would do. A code that stands twice counts where it stands first. */
export async function planImport(door: Door, file: ProductFile, run: Run): Promise<ImportPlan> {
  const codes = new Set<string>();
  const todo: FileLine[] = [];
  const bad: BadLine[] = [];
  const counts = { new: 0, changed: 0, unchanged: 0 };
  await inBatches(file.lines, run, async (lines) => {
    const answers = await door.checkImport({ header: file.header, lines });
    for (const [line, answer] of pair(lines, answers)) {
      const reason = answer.code !== null && codes.has(answer.code) ? t.importing.twice(answer.code) : answer.reason;
      if (answer.code !== null) codes.add(answer.code);
      if (reason !== null) bad.push(badLine(line, reason));
      else if (answer.state !== "bad") {
        counts[answer.state] += 1;
        if (answer.state !== "unchanged") todo.push(line);
      }
    }
  });
  return { file, counts, todo, bad };
}

/** Records the plan, batch after batch; what was recorded when it is stopped stays. */
export async function runImport(door: Door, plan: ImportPlan, run: Run): Promise<{ readonly counts: Counts; readonly bad: readonly BadLine[] }> {
  const counts = { new: 0, changed: 0, unchanged: plan.counts.unchanged };
  const bad = [...plan.bad];
  await inBatches(plan.todo, run, async (lines) => {
    const answers = await door.importProducts({ header: plan.file.header, lines });
    for (const [line, answer] of pair(lines, answers)) {
      if (answer.state === "bad") bad.push(badLine(line, answer.reason ?? ""));
      else counts[answer.state] += 1;
    }
  });
  return { counts, bad: bad.toSorted((a, b) => a.line - b.line) };
}

async function inBatches(
  lines: readonly FileLine[],
  { signal, onProgress }: Run,
  work: (lines: readonly FileLine[]) => Promise<void>,
): Promise<void> {
  onProgress(0, lines.length);
  for (let at = 0; at < lines.length && !signal.aborted; at += BATCH) {
    await work(lines.slice(at, at + BATCH));
    onProgress(Math.min(at + BATCH, lines.length), lines.length);
  }
}

function* pair(lines: readonly FileLine[], answers: readonly ImportedLine[]): Generator<readonly [FileLine, ImportedLine]> {
  const byNumber = new Map(lines.map((line) => [line.line, line]));
  for (const answer of answers) {
    const line = byNumber.get(answer.line);
    if (line !== undefined) yield [line, answer];
  }
}

function badLine(line: FileLine, reason: string): BadLine {
  return { line: line.line, reason: asSentence(reason), cells: line.cells };
}
