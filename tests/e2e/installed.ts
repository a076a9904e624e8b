/** Packages installed as people install them, and what their files say. On a machine of one's own alone: `own-machine`. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const START_LIMIT_MS = 60_000;

/** Runs a program and gives what it printed; where it fails, that is the error. */
export function done(program: string, ...args: readonly string[]): string {
  const ended = spawnSync(program, args, { encoding: "utf8" });
  if (ended.error !== undefined) throw new Error(`${program} cannot be started: ${ended.error.message}`);
  if (ended.status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${String(ended.status)}:\n${ended.stdout}${ended.stderr}`);
  return ended.stdout;
}

/** Runs a program that judges something and gives all that it said. */
export function judged(program: string, ...args: readonly string[]): string {
  const ended = spawnSync(program, args, { encoding: "utf8" });
  if (ended.error !== undefined) throw new Error(`${program} cannot be started: ${ended.error.message}`);
  return `${ended.stdout}${ended.stderr}`;
}

/** A package as it was built. */
export class Package {
  readonly file: string;
  readonly name: string;

  /** Finds it by its name where `cargo xtask package` puts it. */
  constructor(name: string) {
    // Installed elsewhere it would stay there.
    if (done("findmnt", "--noheadings", "--output", "FSTYPE", "/usr").trim() !== "overlay") {
      throw new Error("packages are tried on a machine of one's own: cargo xtask test --packages");
    }
    const folder = join(process.env["CARGO_TARGET_DIR"] ?? join(ROOT, "target"), "packages");
    const found = readdirSync(folder).find((file) => file.startsWith(`${name}_`));
    if (found === undefined) throw new Error(`no package ${name} in ${folder}: cargo xtask package`);
    this.name = name;
    this.file = join(folder, found);
  }

  install(): void {
    done("dpkg", "--install", this.file);
  }

  /** Removes the program, not its settings, and gives what was said. */
  remove(): string {
    return done("dpkg", "--remove", this.name);
  }

  /** Removes all that a package may remove, and gives what was said. */
  purge(): string {
    return done("dpkg", "--purge", this.name);
  }

  /** What Debian's own check holds against it. */
  faults(): readonly string[] {
    return judged("lintian", "--allow-root", "--no-cfg", this.file).split("\n").filter((line) => line.startsWith("E: "));
  }

  get isInstalled(): boolean {
    const asked = spawnSync("dpkg-query", ["--show", "--showformat=${db:Status-Status}", this.name], { encoding: "utf8" });
    return asked.stdout === "installed";
  }
}

/** A unit of systemd, run as systemd would run it where there is none: its line, its user, what it may write. */
export class Service {
  readonly file: string;
  readonly #lines: readonly string[];
  #child: ChildProcess | null = null;
  #said = "";

  constructor(name: string) {
    this.file = `/usr/lib/systemd/system/${name}.service`;
    this.#lines = readFileSync(this.file, "utf8").split("\n");
  }

  /** What the unit says about something. */
  setting(key: string): string {
    const line = this.#lines.find((each) => each.startsWith(`${key}=`));
    if (line === undefined) throw new Error(`${this.file} says nothing about ${key}`);
    return line.slice(key.length + 1);
  }

  /** The folder that it may write. */
  get state(): string {
    return join("/var/lib", this.setting("StateDirectory"));
  }

  /** Everything that it printed. */
  get said(): string {
    return this.#said;
  }

  async start(): Promise<void> {
    const [program = "", ...args] = this.setting("ExecStart").split(" ");
    const child = spawn("unshare", ["--mount", "sh", "-c", this.#confined(), "sh", program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    this.#said = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (this.#said += text));
    const started = Date.now();
    while (!this.#said.includes("fingerprint")) {
      if (child.exitCode !== null || Date.now() - started > START_LIMIT_MS) throw new Error(`the service did not start:\n${this.#said}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Stops it as `systemctl stop` does. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(this.setting("KillSignal") as NodeJS.Signals);
    await ended;
    this.#child = null;
  }

  /** Runs a command of the program as the service's user, as `sudo -u` does. */
  command(...args: readonly string[]): string {
    const [program = ""] = this.setting("ExecStart").split(" ");
    return done("setpriv", ...this.#person(), program, ...args, "--data", this.state);
  }

  /** Mounts what the unit's options leave it, and becomes its user. */
  #confined(): string {
    const steps = ["set -e"];
    if (this.setting("ProtectSystem") === "strict") {
      steps.push(`mount --bind ${this.state} ${this.state}`);
      steps.push("for folder in / /etc /usr /var /run; do mount -o remount,bind,ro $folder; done");
    }
    if (this.setting("PrivateTmp") === "yes") steps.push("mount -t tmpfs none /tmp", "mount -t tmpfs none /var/tmp");
    if (this.setting("ProtectHome") === "yes") steps.push("mount -t tmpfs -o ro none /home", "mount -t tmpfs -o ro none /root");
    steps.push("cd /", `umask ${this.setting("UMask")}`);
    const caps = this.setting("CapabilityBoundingSet") === "" ? ["--bounding-set=-all", "--inh-caps=-all"] : [];
    const privs = this.setting("NoNewPrivileges") === "yes" ? ["--no-new-privs"] : [];
    return [...steps, `exec setpriv ${[...this.#person(), ...caps, ...privs].join(" ")} "$@"`].join("\n");
  }

  #person(): readonly string[] {
    return [`--reuid=${this.setting("User")}`, `--regid=${this.setting("Group")}`, "--init-groups", "--reset-env"];
  }
}

/** What a desktop entry says. */
export function desktopEntry(file: string, key: string): string {
  const line = readFileSync(file, "utf8").split("\n").find((each) => each.startsWith(`${key}=`));
  if (line === undefined) throw new Error(`${file} says nothing about ${key}`);
  return line.slice(key.length + 1);
}
