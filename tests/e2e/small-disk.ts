import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

const MEGABYTES = 48;
/** Large steps first, then what is left between them. */
const STEPS = [1 << 20, 1 << 16, 1 << 12];

/** A disk of its own under a folder, small enough to be full soon. Mounting it takes root. */
export class SmallDisk {
  readonly #folder: string;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${String(MEGABYTES)}m`, "tmpfs", folder], { encoding: "utf8" });
    if (mounted.status !== 0) throw new Error(`a full disk takes root: ${mounted.stderr}`);
    this.#folder = folder;
  }

  get #filler(): string {
    return join(this.#folder, "somebody-elses-film");
  }

  /** Takes all the room that is left. */
  fill(): void {
    const file = openSync(this.#filler, "a");
    for (const step of STEPS) {
      const bytes = Buffer.alloc(step);
      try {
        for (;;) if (writeSync(file, bytes) < step) break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
    }
    closeSync(file);
  }

  /** Gives it back. */
  free(): void {
    rmSync(this.#filler, { force: true });
  }

  /** Takes it out, also while somebody still looks at it. */
  remove(): void {
    spawnSync("umount", ["--lazy", this.#folder]);
  }
}
