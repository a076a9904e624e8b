import type { Listening } from "../messages";
import type { WorkerReply } from "../worker-api";

/** A tab's worker, for as long as it lives. */
export type TabId = string;

/** One tab's stay with the one that works; never the same twice. */
export type SessionId = string;

/** A question within a session. */
interface Asked {
  readonly to: TabId;
  readonly session: SessionId;
  /** Counts what one session asks. */
  readonly number: number;
}

/** What the workers of one browser's tabs say to each other: one tab works, others ask it. */
export type TabMessage =
  /** The sender works from now on, and nobody else. */
  | { readonly kind: "here"; readonly from: TabId; readonly build: string }
  /** The sender works no more: whoever asked it looks for the one that does. */
  | { readonly kind: "gone"; readonly from: TabId }
  /** The sender begins a session with whoever works, if that is the same build. Said until it is answered. */
  | { readonly kind: "attach"; readonly from: TabId; readonly session: SessionId; readonly build: string }
  | { readonly kind: "attached"; readonly from: TabId; readonly session: SessionId }
  | { readonly kind: "leave"; readonly to: TabId; readonly session: SessionId }
  | ({ readonly kind: "call"; readonly method: string; readonly args: readonly unknown[] } & Asked)
  | ({ readonly kind: "listen"; readonly method: Listening; readonly args: readonly unknown[] } & Asked)
  /** Ends what was listened to under this number. */
  | ({ readonly kind: "enough" } & Asked)
  | { readonly kind: "answer"; readonly session: SessionId; readonly number: number; readonly reply: WorkerReply }
  /** To the listener that was begun under this number. */
  | { readonly kind: "news"; readonly session: SessionId; readonly number: number; readonly value: unknown }
  /** Whoever was asked knows no such session, or works no more. */
  | { readonly kind: "unknown"; readonly session: SessionId }
  /** Is the other one still there? Only where the browser has no locks, which tell. */
  | { readonly kind: "ping"; readonly from: TabId; readonly to: TabId }
  | { readonly kind: "pong"; readonly from: TabId; readonly to: TabId };

/** A road to the other tabs. What one says, all others hear. */
export interface TabRoad {
  post(message: TabMessage): void;
  hear(listener: (message: TabMessage) => void): void;
}

export function roadOf(name: string): TabRoad {
  const channel = new BroadcastChannel(`tillsync:${name}:work`);
  return {
    post: (message) => channel.postMessage(message),
    hear: (listener) => channel.addEventListener("message", ({ data }: MessageEvent<TabMessage>) => listener(data)),
  };
}
