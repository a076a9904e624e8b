import * as Comlink from "comlink";
import type { OpenOptions, QueryResult, SyncBackend, SyncStatus } from "./backend";
import { BackendError } from "./backend-error";
import type { WorkerApi, WorkerReply } from "./worker-api";

/** Starts the worker with the Rust module in it and opens this till's database there. */
export async function openWasmBackend(options: OpenOptions): Promise<SyncBackend> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "tillsync" });
  const crashed = new Promise<never>((_, reject) => {
    worker.addEventListener("error", (event) => {
      reject(
        new BackendError({
          code: "worker_failed",
          class: "fatal",
          message: event.message === "" ? "The till's engine could not be loaded." : event.message,
        }),
      );
    });
  });
  const api = Comlink.wrap<WorkerApi>(worker);
  unwrap(await Promise.race([api.open(options), crashed]));
  return overWorker(api);
}

function unwrap(reply: WorkerReply): unknown {
  if (reply.ok) return reply.value;
  throw new BackendError(reply.error);
}

/** Every method of the interface becomes one message; only the two that call back are written out. */
function overWorker(api: Comlink.Remote<WorkerApi>): SyncBackend {
  const written: Pick<SyncBackend, "onStatus" | "subscribe"> = {
    async onStatus(listener) {
      const port = Comlink.proxy((value: unknown) => listener(value as SyncStatus));
      return unwrap(await api.listen("onStatus", [], port)) as number;
    },
    async subscribe(query, listener) {
      const port = Comlink.proxy((value: unknown) => listener(value as QueryResult));
      return unwrap(await api.listen("subscribe", [query], port)) as number;
    },
  };
  return new Proxy(written as SyncBackend, {
    get(target, name) {
      // `then` must stay absent, or awaiting the backend would call the worker.
      if (typeof name !== "string" || name === "then") return undefined;
      if (name in target) return Reflect.get(target, name) as unknown;
      return async (...args: readonly unknown[]) =>
        unwrap(await api.call(name as Exclude<keyof SyncBackend, "onStatus" | "subscribe">, args));
    },
  });
}
