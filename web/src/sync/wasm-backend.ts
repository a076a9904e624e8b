import * as Comlink from "comlink";
import type { LoginResult, OpenOptions, QueryResult, SyncBackend, SyncStatus } from "./backend";
import { BackendError } from "./backend-error";
import { askOnceToPersist } from "./persistence";
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
  const backend = overWorker(api);
  followVisibility(backend);
  return backend;
}

/** Timers sleep in a hidden page: what was missed meanwhile is made up for when it is seen again. */
function followVisibility(backend: SyncBackend): void {
  const tell = () => {
    // A worker that has ended says so elsewhere.
    backend.setVisible(document.visibilityState === "visible").catch(() => undefined);
  };
  document.addEventListener("visibilitychange", tell);
  window.addEventListener("pageshow", tell);
  tell();
}

function unwrap(reply: WorkerReply): unknown {
  if (reply.ok) return reply.value;
  throw new BackendError(reply.error);
}

/** Every method of the interface becomes one message; only what does more than that is written out. */
function overWorker(api: Comlink.Remote<WorkerApi>): SyncBackend {
  const persist = async () => {
    await askOnceToPersist();
    // The answer is part of the status, which is read again with this.
    await api.call("setVisible", [true]);
  };
  const written: Pick<SyncBackend, "onStatus" | "subscribe" | "login"> = {
    async login(employeeId, pin) {
      const result = unwrap(await api.call("login", [employeeId, pin])) as LoginResult;
      if (result.ok) void persist();
      return result;
    },
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
