/// <reference lib="webworker" />
import init, { TillClient } from "#web-client";
import * as Comlink from "comlink";
import { toErrorShape } from "./backend-error";
import type { WorkerApi, WorkerReply } from "./worker-api";

/*
 * The engine lives here, off the UI thread. Calls go on by their names, so that a new method of the
 * backend needs no line in this file.
 */
let client: TillClient | null = null;

function opened(): TillClient {
  if (client === null) throw new Error("The till is not open yet.");
  return client;
}

async function reply(work: () => unknown): Promise<WorkerReply> {
  try {
    return { ok: true, value: await work() };
  } catch (thrown) {
    return { ok: false, error: toErrorShape(thrown) };
  }
}

const api: WorkerApi = {
  open: ({ url, name, deviceName }) =>
    reply(async () => {
      await init();
      client = await TillClient.open(url, name, deviceName);
      return null;
    }),
  call: (method, args) => reply(() => opened().call(method, args)),
  listen: (method, args, listener) =>
    // The proxied callback returns a promise; the engine must neither wait for it nor see it fail.
    reply(() => opened().listen(method, args, (value) => void listener(value))),
};

Comlink.expose(api);
