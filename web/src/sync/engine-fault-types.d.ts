/*
 * What watches the module that `#web-client` is, typed by hand: tsconfig maps `#engine-fault` here,
 * vite maps it to the script that the npm package has too.
 */
import type { BackendErrorShape } from "./backend";

export function onFault(listener: (fault: BackendErrorShape) => void): () => void;
