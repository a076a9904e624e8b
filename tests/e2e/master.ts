import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const START_LIMIT_MS = 60_000;

/** A person of the sample shop, as the master prints them. */
export interface Person {
  readonly name: string;
  readonly pin: string;
}

/** Where a master runs, and by what others reach it. */
export interface Place {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly listen: string;
  /** A command as it is run there. */
  within(program: string, args: readonly string[]): readonly [string, readonly string[]];
}

/** This machine alone. A name, not a number: what the browser calls a trustworthy origin either way. */
const HERE: Place = { scheme: "http", host: "localhost", listen: "127.0.0.1", within: (program, args) => [program, args] };

/** The address by which others in its network reach this machine. */
export function inNetwork(): Place {
  const cards = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const host = cards.find(({ family, internal }) => family === "IPv4" && !internal)?.address;
  if (host === undefined) throw new Error("this machine is in no network, where nothing can be found");
  return { ...HERE, scheme: "https", host, listen: host };
}

/** A real master process with the sample shop, on a port that it keeps when it is started again. */
export class Master {
  readonly data = mkdtempSync(join(tmpdir(), "tillsync-e2e-"));
  readonly port: number;
  readonly url: string;
  /** Beside those of this process, from its next start on. */
  env: Readonly<Record<string, string>> = {};
  readonly #options: readonly string[];
  readonly #place: Place;
  #child: ChildProcess | null = null;
  #said = "";

  private constructor(port: number, options: readonly string[], place: Place) {
    this.port = port;
    this.#options = options;
    this.#place = place;
    this.url = `${place.scheme}://${place.host}:${String(port)}`;
  }

  /** Starts the sample shop with further options; `before` may fill its data first. */
  static async start(
    before: (master: Master) => void = () => undefined,
    options: readonly string[] = [],
    place: Place = HERE,
  ): Promise<Master> {
    const master = new Master(await freePort(), options, place);
    before(master);
    await master.resume();
    return master;
  }

  /** Starts it again on the same port and data. */
  async resume(): Promise<void> {
    const web = join(ROOT, "web/dist");
    if (!existsSync(join(web, "index.html"))) throw new Error("the web app is not built: cargo xtask web");
    const listen = `${this.#place.listen}:${String(this.port)}`;
    const [command, args] = this.#place.within(program(), ["serve", "--demo", "--data", this.data, "--listen", listen, "--web", web, ...this.#options]);
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...this.env } });
    this.#child = child;
    child.stdout.setEncoding("utf8").on("data", (text: string) => (this.#said += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.#said += text));
    const listening = this.#said.split("listening on").length;
    const started = Date.now();
    while (this.#said.split("listening on").length === listening) {
      if (child.exitCode !== null || Date.now() - started > START_LIMIT_MS) {
        throw new Error(`the master did not start:\n${this.#said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Everything it printed. */
  get said(): string {
    return this.#said;
  }

  get running(): boolean {
    return this.#child !== null;
  }

  /** Ends it at once: no goodbye to anybody. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Stops it as a person would. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  /** Holds it as it is: its sockets stay open, and it says nothing. */
  freeze(): void {
    this.#child?.kill("SIGSTOP");
  }

  /** Lets it go on. */
  thaw(): void {
    this.#child?.kill("SIGCONT");
  }

  /** Stops it and forgets its shop. */
  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** The people it printed, in its order. */
  people(): readonly Person[] {
    const found = this.#said.matchAll(/^\s*(\p{L}[\p{L} .'-]*?)\s{2,}.*?\b(\d{4,8})\s*$/gmu);
    const people = [...found].map(([, name = "", pin = ""]) => ({ name: name.trim(), pin }));
    if (people.length === 0) throw new Error(`the master printed nobody:\n${this.#said}`);
    return people;
  }

  /** Runs one of its commands beside it and gives what it says. */
  command(...args: readonly string[]): string {
    return run(...args, "--data", this.data);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
    this.#child = null;
  }
}

/** Runs a command of the master's program and gives what it says. */
export function run(...args: readonly string[]): string {
  const done = spawnSync(program(), args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${args.join(" ")}: ${done.stderr}${done.stdout}`);
  return done.stdout;
}

function program(): string {
  const target = process.env["CARGO_TARGET_DIR"] ?? join(ROOT, "target");
  // Measurements ask for the build that ships.
  const builds = process.env["MASTER_BUILD"]?.split(" ") ?? ["debug", "release"];
  const found = builds.map((profile) => join(target, profile, "master-server")).find(existsSync);
  if (found === undefined) throw new Error(`no master-server (${builds.join(" or ")}): cargo build --package master-server --bins`);
  return found;
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
