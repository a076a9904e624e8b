import { expect, it } from "vitest";
import type { BackendErrorShape } from "../backend";
import type { Engine } from "./engine";
import { untilFault } from "./until-fault";

const ONLINE = { connection: { state: "online" }, pending: 2 };
const FAULT: BackendErrorShape = { code: "internal", class: "fatal", message: "the engine has stopped" };

function faulty() {
  const listeners = new Set<(fault: BackendErrorShape) => void>();
  const told: ((status: unknown) => void)[] = [];
  const engine: Engine = {
    call: () => Promise.resolve(null),
    listen: (_method, _args, tell) => {
      told.push(tell);
      return Promise.resolve(() => void told.splice(told.indexOf(tell), 1));
    },
  };
  const watched = untilFault(engine, (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  });
  return {
    watched,
    say: (status: unknown) => [...told].forEach((tell) => tell(status)),
    stop: () => listeners.forEach((listener) => listener(FAULT)),
  };
}

it("ends with failed, whatever was still on its way", async () => {
  const { watched, say, stop } = faulty();
  const seen: unknown[] = [];
  await watched.listen("onStatus", [], (status) => seen.push(status));
  say(ONLINE);
  stop();
  say({ ...ONLINE, pending: 3 });
  const failed = { state: "failed", message: "The engine has stopped." };
  expect(seen).toEqual([ONLINE, { ...ONLINE, connection: failed }]);
});

it("tells nobody who has stopped listening, and whoever has not heard anything yet", async () => {
  const { watched, say, stop } = faulty();
  const seen: unknown[] = [];
  const end = await watched.listen("onStatus", [], (status) => seen.push(status));
  say(ONLINE);
  end();
  const early: unknown[] = [];
  const endEarly = await watched.listen("onStatus", [], (status) => early.push(status));
  stop();
  endEarly();
  expect(seen).toEqual([ONLINE]);
  expect(early).toEqual([{ connection: { state: "failed", message: "The engine has stopped." } }]);
});
