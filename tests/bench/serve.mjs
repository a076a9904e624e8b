// Serves the measured page and the built npm package, isolated from other origins: only then a page
// may read a fine clock.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, dirname, extname, join } from "node:path";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".wasm": "application/wasm" };
/** Where else than beside this file a path leads to. */
const FOLDERS = { "/dist": "sync-client/npm/dist", "/sample": "master-server/demo" };
const ISOLATED = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
};

/** Starts the server; resolves to it once it listens. */
export async function serve(root, port) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const file = join(root, FOLDERS[dirname(pathname)] ?? "tests/bench", basename(pathname));
    try {
      const body = await readFile(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "text/plain", ...ISOLATED }).end(body);
    } catch {
      response.writeHead(404, ISOLATED).end();
    }
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return server;
}
