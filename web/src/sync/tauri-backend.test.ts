import { expect, it } from "vitest";
import { BackendError } from "./backend-error";
import { openTauriBackend } from "./tauri-backend";

class Channel {
  readonly onmessage: (value: unknown) => void;
  constructor(onmessage: (value: unknown) => void) {
    this.onmessage = onmessage;
  }
}

/** A desktop app that notes what it is asked. */
function desktop(answer: (command: string, args: Record<string, unknown>) => unknown) {
  const asked: (readonly [string, Record<string, unknown>])[] = [];
  const invoke = (command: string, args: Record<string, unknown> = {}) => {
    asked.push([command, args]);
    return Promise.resolve().then(() => answer(command, args));
  };
  return { asked, core: { invoke, Channel } };
}

it("sends every method by its name, after saying that a page has begun", async () => {
  const { asked, core } = desktop((_, args) => (args["method"] === "get" ? { id: "7", version: 1 } : null));
  const backend = await openTauriBackend(core);
  expect(await backend.get("products", "7")).toEqual({ id: "7", version: 1 });
  expect(asked).toEqual([
    ["begin", {}],
    ["ask", { method: "setVisible", args: [true] }],
    ["ask", { method: "get", args: ["products", "7"] }],
  ]);
});

it("tells a listener what comes through its channel, and ends it by its number", async () => {
  let heard: Channel | null = null;
  const { asked, core } = desktop((command, args) => {
    if (command !== "listen") return null;
    heard = args["heard"] as Channel;
    return 4;
  });
  const backend = await openTauriBackend(core);
  const results: unknown[] = [];
  const number = await backend.subscribe({ collection: "products" }, (result) => results.push(result));
  (heard as Channel | null)?.onmessage({ items: [], total: 0 });
  expect(results).toEqual([{ items: [], total: 0 }]);
  await backend.unsubscribe(number);
  expect(asked.at(-1)).toEqual(["ask", { method: "unsubscribe", args: [4] }]);
});

it("rejects with what the till says", async () => {
  const refusal = { code: "permission_denied", class: "invalid", message: "This needs the approval of somebody else.", field: null, permission: "refund" };
  const { core } = desktop((_, args) => {
    if (args["method"] === "refundable") throw refusal as unknown as Error;
    return null;
  });
  const backend = await openTauriBackend(core);
  const failed = await backend.refundable("7").catch((thrown: unknown) => thrown);
  expect(failed).toBeInstanceOf(BackendError);
  expect(failed).toMatchObject({ code: "permission_denied", permission: "refund" });
});
