import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Master, Person } from "./master";

const DIST = fileURLToPath(new URL("../../web/dist", import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};

/** Hands the built app out from a copy of its own, and passes on what is for the master unless that is cut off. */
export class Front {
  readonly url: string;
  readonly #master: Master;
  readonly #folder: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #cut = false;

  private constructor(master: Master, folder: string, server: Server) {
    this.#master = master;
    this.#folder = folder;
    this.#server = server;
    this.url = `http://localhost:${String((server.address() as AddressInfo).port)}`;
    server.on("request", (asked: IncomingMessage, answer: ServerResponse) => this.#answer(asked, answer));
    server.on("upgrade", (asked: IncomingMessage, socket: Socket, head: Buffer) => this.#pass(asked, socket, head));
  }

  static async before(master: Master): Promise<Front> {
    const folder = mkdtempSync(join(tmpdir(), "tillsync-front-"));
    cpSync(DIST, folder, { recursive: true });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
    return new Front(master, folder, server);
  }

  readonly people = (): readonly Person[] => this.#master.people();

  /** The master is away, the pages are not. */
  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  heal(): void {
    this.#cut = false;
  }

  /** Puts a new version of the app there: another page, and a service worker that knows it. */
  publish(version: string): void {
    const change = (file: string, text: RegExp, by: string) => {
      const path = join(this.#folder, file);
      const before = readFileSync(path, "utf8");
      const after = before.replace(text, by);
      if (after === before) throw new Error(`${file} is not as it was expected`);
      writeFileSync(path, after);
    };
    change("index.html", /<head>/, `<head><meta name="version" content="${version}">`);
    change("sw.js", /(url:"index\.html",revision:)"[0-9a-f]+"/, `$1"${version}"`);
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #answer(asked: IncomingMessage, answer: ServerResponse): void {
    const path = asked.url?.split("?")[0] ?? "/";
    if (path.startsWith("/v1/") || path === "/healthz") {
      if (this.#cut) {
        answer.destroy();
        return;
      }
      const { method, headers } = asked;
      const passed = request({ port: this.#master.port, host: "127.0.0.1", path: asked.url, method, headers }, (from) => {
        answer.writeHead(from.statusCode ?? 502, from.headers);
        from.pipe(answer);
      });
      passed.on("error", () => answer.destroy());
      asked.pipe(passed);
      return;
    }
    const wanted = join(this.#folder, path);
    const file = extname(path) !== "" && existsSync(wanted) ? wanted : join(this.#folder, "index.html");
    answer.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", "cache-control": "no-cache" });
    answer.end(readFileSync(file));
  }

  /** A socket goes through as it is. */
  #pass(asked: IncomingMessage, socket: Socket, head: Buffer): void {
    if (this.#cut) {
      socket.destroy();
      return;
    }
    const onward = connect(this.#master.port, "127.0.0.1", () => {
      const lines = [`${asked.method ?? "GET"} ${asked.url ?? "/"} HTTP/1.1`];
      for (let at = 0; at < asked.rawHeaders.length; at += 2) lines.push(`${asked.rawHeaders[at] ?? ""}: ${asked.rawHeaders[at + 1] ?? ""}`);
      onward.write(`${lines.join("\r\n")}\r\n\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const [one, other] of [[socket, onward], [onward, socket]] as const) {
      this.#sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }
}
