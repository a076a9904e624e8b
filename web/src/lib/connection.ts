import { t } from "../i18n";
import type { EpochMs, SyncStatus } from "../sync/backend";
import { asSentence } from "../sync/backend-error";

export type Tone = "ok" | "info" | "warn" | "bad" | "quiet";
export type ConnectionIcon = "online" | "checking" | "offline" | "attention" | "storage" | "stopped" | "arriving";

/** How the connection is shown: chip, popover and banner are only views of this. */
export interface ConnectionView {
  readonly tone: Tone;
  readonly icon: ConnectionIcon;
  readonly word: string;
  readonly sentence: string;
  /** The banner: something lasts long enough to be said in a sentence. */
  readonly banner: boolean;
  /** Attempt and countdown, where the till tries again by itself. */
  readonly retry: { readonly attempt: number; readonly nextRetryAt: EpochMs | null } | null;
}

/** A hiccup shorter than this is not worth a banner. */
const BANNER_AFTER_MS = 10_000;

export function describeConnection(status: SyncStatus, now: EpochMs): ConnectionView {
  const { connection, pending } = status;
  const lasting = now - status.since >= BANNER_AFTER_MS;
  switch (connection.state) {
    case "online":
      return online(status);
    case "checking":
      return { tone: "quiet", icon: "checking", word: t.connection.checking, sentence: t.connection.checkingSentence, banner: false, retry: null };
    case "connecting":
    case "server_unreachable": {
      const retry = { attempt: connection.attempt, nextRetryAt: connection.nextRetryAt };
      if (connection.state === "connecting" && connection.attempt <= 1 && !lasting) {
        return { tone: "quiet", icon: "checking", word: t.connection.checking, sentence: t.connection.checkingSentence, banner: false, retry };
      }
      return { tone: "warn", icon: "offline", word: offlineWord(pending), sentence: t.connection.unreachable, banner: lasting, retry };
    }
    case "draining":
      return { tone: "warn", icon: "checking", word: t.connection.draining, sentence: t.connection.drainingSentence, banner: lasting, retry: null };
    case "no_network":
      return { tone: "warn", icon: "offline", word: t.connection.noNetwork, sentence: t.connection.noNetworkSentence, banner: lasting, retry: null };
    case "paused": {
      const word = connection.reason === "auth" ? t.connection.paused : t.connection.update;
      return { tone: "bad", icon: "attention", word, sentence: asSentence(connection.message), banner: true, retry: null };
    }
    case "storage":
      return { tone: "bad", icon: "storage", word: t.connection.storage, sentence: t.connection.storageSentence[connection.problem], banner: true, retry: null };
    case "other_tab":
      return { tone: "bad", icon: "stopped", word: t.connection.otherTab, sentence: t.blocked.otherTabHint, banner: true, retry: null };
    case "failed":
      return { tone: "bad", icon: "stopped", word: t.connection.failed, sentence: t.connection.failedSentence, banner: true, retry: null };
  }
}

function online(status: SyncStatus): ConnectionView {
  const base = { sentence: t.connection.onlineSentence, banner: false, retry: null } as const;
  if (status.attention > 0) return { ...base, tone: "warn", icon: "attention", word: t.connection.needAttention(status.attention) };
  if (status.firstSync !== null) {
    const { done, total } = status.firstSync;
    const percent = total === null || total === 0 ? "…" : `${String(Math.floor((done / total) * 100))} %`;
    return { ...base, tone: "info", icon: "arriving", word: t.connection.firstSync(percent) };
  }
  if (status.stalled) return { ...base, tone: "warn", icon: "attention", word: t.connection.online, sentence: t.connection.stalled, banner: true };
  return { ...base, tone: "ok", icon: "online", word: t.connection.online };
}

function offlineWord(pending: number): string {
  return pending > 0 ? t.connection.offlineToSend(pending) : t.connection.offline;
}

/** "Attempt 4, next in 10 s", as the banner and the popover say it. */
export function retryText(retry: NonNullable<ConnectionView["retry"]>, now: EpochMs): string {
  const seconds = retry.nextRetryAt === null ? 0 : Math.ceil((retry.nextRetryAt - now) / 1000);
  return `${t.connection.attempt(Math.max(retry.attempt, 1))}, ${seconds > 0 ? t.connection.nextIn(seconds) : t.connection.now}`;
}
