import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import type { Place } from "./master";
import { CHROMIUM } from "./till";

const ADDRESS = "10.77.0.1";
const READY = "the network is there";
const START_LIMIT_MS = 10_000;

/** Makes a network with one card, and holds it for as long as somebody reads along. */
const NETWORK = `
  set -e
  ip link set lo up
  ip link add till0 type dummy 2>/dev/null || { ip link add till0 type veth peer name till1; ip link set till1 up; }
  ip addr add ${ADDRESS}/24 dev till0
  ip link set till0 up
  echo ${READY}
  exec cat
`;

/** A network of its own, where a master has an address that no browser takes for this machine. */
export class Lan implements Place {
  readonly host = ADDRESS;
  readonly listen = "0.0.0.0";
  readonly scheme = "https";
  readonly #holder: ChildProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), "tillsync-lan-"));
  #homes = 0;

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  /** Makes it; says so where this machine lets nobody make networks. */
  static async open(): Promise<Lan> {
    const alone = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
    const holder = spawn("unshare", [...alone, "--net", "sh", "-c", NETWORK], { stdio: ["pipe", "pipe", "pipe"] });
    let said = "";
    await new Promise<void>((resolve, reject) => {
      const failed = (why: string) => {
        clearTimeout(patience);
        reject(new Error(`a network of its own cannot be made here, so HTTPS in a shop's network is not tested (${why}): ${said}`));
      };
      const patience = setTimeout(() => failed("no answer"), START_LIMIT_MS);
      holder.on("error", (error) => failed(error.message));
      holder.on("exit", (code) => failed(`unshare ended with ${String(code)}`));
      holder.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
      holder.stdout.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        if (!said.includes(READY)) return;
        clearTimeout(patience);
        resolve();
      });
    });
    return new Lan(holder);
  }

  /** A command as it is run inside. */
  within(program: string, args: readonly string[]): readonly [string, readonly string[]] {
    const at = `/proc/${String(this.#holder.pid)}/ns`;
    const alone = process.getuid?.() === 0 ? [] : [`--user=${at}/user`, "--preserve-credentials"];
    return ["nsenter", [...alone, `--net=${at}/net`, program, ...args]];
  }

  /** A browser inside whose person trusts these authorities, given as files, and no other ones. */
  async openBrowser(...trusted: readonly string[]): Promise<Browser> {
    const home = join(this.#folder, `home-${String(this.#homes++)}`);
    mkdirSync(home);
    const [program, args] = this.within(CHROMIUM.executablePath, []);
    const started = join(home, "browser.sh");
    writeFileSync(started, `#!/bin/sh\nexec ${[program, ...args].join(" ")} "$@"\n`);
    chmodSync(started, 0o755);
    return openTrusting(home, trusted, started);
  }

  /** A path for a file that goes away with the network. */
  file(name: string): string {
    return join(this.#folder, name);
  }

  remove(): void {
    this.#holder.removeAllListeners("exit");
    this.#holder.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A browser of a person with this home, who trusts these authorities, given as files, and no other ones. */
export async function openTrusting(home: string, trusted: readonly string[], executablePath = CHROMIUM.executablePath): Promise<Browser> {
  const store = join(home, ".pki/nssdb");
  mkdirSync(store, { recursive: true });
  certutil("-d", `sql:${store}`, "-N", "--empty-password");
  for (const file of trusted) certutil("-d", `sql:${store}`, "-A", "-t", "C,,", "-n", file, "-i", file);
  return chromium.launch({ ...CHROMIUM, executablePath, env: { ...process.env, HOME: home } });
}

function certutil(...args: readonly string[]): void {
  const done = spawnSync("certutil", args, { encoding: "utf8" });
  if (done.error !== undefined) throw new Error("certutil is missing: install libnss3-tools, or run cargo xtask setup");
  if (done.status !== 0) throw new Error(`certutil ${args.join(" ")}: ${done.stderr}${done.stdout}`);
}
