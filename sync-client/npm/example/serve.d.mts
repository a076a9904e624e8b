import type { Server } from "node:http";

/** Starts the server; resolves to it once it listens. Port 0 takes a free one. */
export function serve(port: number): Promise<Server>;
