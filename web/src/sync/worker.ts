/// <reference lib="webworker" />
import { onFault } from "#engine-fault";
import init, { TillClient } from "#web-client";
import * as Comlink from "comlink";
import type { OpenOptions } from "./backend";
import { engineOf, replyOf } from "./tabs/engine";
import { lifeOf } from "./tabs/life";
import { roadOf } from "./tabs/messages";
import { SharedEngine } from "./tabs/shared-engine";
import { untilFault } from "./tabs/until-fault";
import type { WorkerApi } from "./worker-api";

/*
 * The engine lives here, off the UI thread. Calls go on by their names, so that a new method of the
 * backend needs no line in this file. Where another tab of this browser works already, it does the
 * work of this one too.
 */
let engine: SharedEngine | null = null;

function opened(): SharedEngine {
  if (engine === null) throw new Error("The till is not open yet.");
  return engine;
}

async function open({ url, name, deviceName }: OpenOptions): Promise<null> {
  await init();
  const client = await TillClient.open(url, name, deviceName);
  const self = Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(16)).join("-");
  const road = roadOf(name ?? "tillsync");
  engine = await SharedEngine.open({
    road,
    self,
    life: await lifeOf(self, road),
    // Its name has a hash of what is in it.
    build: import.meta.url,
    own: untilFault(engineOf(client), onFault),
    forTab: () => {
      const other = client.forTab();
      return { ...engineOf(other), leave: () => other.leave() };
    },
  });
  return null;
}

const api: WorkerApi = {
  open: (options) => replyOf(() => open(options)),
  call: (method, args) => replyOf(async () => opened().call(method, args)),
  listen: (method, args, listener) =>
    // The proxied callback returns a promise; the engine must neither wait for it nor see it fail.
    replyOf(async () => opened().listen(method, args, (value) => void listener(value))),
};

Comlink.expose(api);
