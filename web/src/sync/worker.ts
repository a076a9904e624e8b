/// <reference lib="webworker" />
import init, { TillClient } from "#web-client";
import * as Comlink from "comlink";
import type { OpenOptions, SyncBackend } from "./backend";
import { toErrorShape } from "./backend-error";
import type { WorkerApi, WorkerReply } from "./worker-api";

/*
 * The engine lives here, off the UI thread. One generic call keeps the bridge free of any knowledge
 * of the interface: a new method of the backend needs no line in this file.
 */
let client: SyncBackend | null = null;

/** Runs one of the client's methods by its name. */
function run(method: keyof SyncBackend, args: readonly unknown[]): Promise<unknown> {
  if (client === null) throw new Error("The till is not open yet.");
  const callable = client as unknown as Record<string, (...rest: readonly unknown[]) => Promise<unknown>>;
  const result = callable[method]?.(...args);
  if (result === undefined) throw new Error(`The engine has no "${method}".`);
  return result;
}

async function reply(work: () => Promise<unknown>): Promise<WorkerReply> {
  try {
    return { ok: true, value: await work() };
  } catch (thrown) {
    return { ok: false, error: toErrorShape(thrown) };
  }
}

const api: WorkerApi = {
  open: (options: OpenOptions) =>
    reply(async () => {
      await init();
      client = await TillClient.open(options);
      return null;
    }),
  call: (method, args) => reply(() => run(method, args)),
  listen: (method, args, listener) =>
    // The proxied callback returns a promise; the engine must neither wait for it nor see it fail.
    reply(() => run(method, [...args, (value: unknown) => void listener(value)])),
};

Comlink.expose(api);
