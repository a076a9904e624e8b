import type { BackendErrorShape, OpenOptions } from "./backend";
import type { Asking, Listening } from "./messages";

export type WorkerReply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: BackendErrorShape };

/** What the worker offers to the page. Errors are values: a thrown error would lose its code on the way. */
export interface WorkerApi {
  open(options: OpenOptions): Promise<WorkerReply>;
  call(method: Asking, args: readonly unknown[]): Promise<WorkerReply>;
  listen(method: Listening, args: readonly unknown[], listener: (value: unknown) => void): Promise<WorkerReply>;
}
