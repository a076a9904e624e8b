/*
 * The module that `cargo xtask web` writes to `src/wasm/`, typed by hand so that checking does not
 * need it built: tsconfig maps `#web-client` here, vite maps it to the built module.
 */
import type { OpenOptions, SyncBackend } from "./backend";

export const TillClient: { open(options: OpenOptions): Promise<SyncBackend> };
export default function init(): Promise<unknown>;
