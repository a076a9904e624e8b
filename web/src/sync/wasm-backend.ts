import * as Comlink from "comlink";
import type { LoginResult, OpenOptions, SyncBackend } from "./backend";
import { BackendError } from "./backend-error";
import { followVisibility, type Messages, overMessages } from "./messages";
import { askOnceToPersist } from "./persistence";
import { claimPlace } from "./tabs/place";
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
  const place = claimPlace();
  unwrap(await Promise.race([api.open(options), crashed]));
  await place;
  const backend = overWorker(api);
  followVisibility(backend);
  return backend;
}

function unwrap(reply: WorkerReply): unknown {
  if (reply.ok) return reply.value;
  throw new BackendError(reply.error);
}

function overWorker(api: Comlink.Remote<WorkerApi>): SyncBackend {
  const messages: Messages = {
    ask: async (method, args) => unwrap(await api.call(method, args)),
    listen: async (method, args, listener) => unwrap(await api.listen(method, args, Comlink.proxy(listener))) as number,
  };
  const persist = async () => {
    await askOnceToPersist();
    // The answer is part of the status, which is read again with this.
    await api.call("setVisible", [true]);
  };
  return overMessages(messages, {
    async login(employeeId, pin) {
      const result = (await messages.ask("login", [employeeId, pin])) as LoginResult;
      if (result.ok) void persist();
      return result;
    },
  });
}
