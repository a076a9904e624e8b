import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Answers the question for the time of day with another day, and passes all other clocks on. */
const SOURCE = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
int clock_gettime(clockid_t clock, struct timespec *now) {
  int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
  const char *days = getenv("CLOCK_DAYS");
  int result = real(clock, now);
  if (result == 0 && clock == CLOCK_REALTIME && days) now->tv_sec += atol(days) * 86400;
  return result;
}`;

/** A clock that lies for one process: what a program is started with to live on another day. */
export class Clock {
  readonly #folder = mkdtempSync(join(tmpdir(), "tillsync-clock-"));
  readonly #library = join(this.#folder, "clock.so");

  constructor() {
    const source = join(this.#folder, "clock.c");
    writeFileSync(source, SOURCE);
    // Rust needs the same compiler to link.
    const done = spawnSync("cc", ["-shared", "-fPIC", "-o", this.#library, source, "-ldl"], { encoding: "utf8" });
    if (done.status !== 0) throw new Error(`cc: ${done.stderr}`);
  }

  env(days: number): Readonly<Record<string, string>> {
    return { LD_PRELOAD: this.#library, CLOCK_DAYS: String(days) };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
