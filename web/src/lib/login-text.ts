import { t } from "../i18n";
import type { EpochMs, LoginResult, OverrideResult } from "../sync/backend";

type Refusal = Extract<LoginResult | OverrideResult, { ok: false }>;

/** What a refused PIN means, in a sentence. */
export function refusalText(refusal: Refusal, name: string, now: EpochMs): string {
  switch (refusal.reason) {
    case "wrong_pin":
      return t.login.wrongPin(refusal.triesLeft);
    case "locked":
      return lockedText(refusal.until, now);
    case "expired":
      return t.login.expired;
    case "unknown_user":
      return t.login.unknownUser;
    case "not_allowed":
      return t.override.notAllowed(name);
  }
}

export function lockedText(until: EpochMs, now: EpochMs): string {
  return t.login.lockedOut(Math.max(1, Math.ceil((until - now) / 1000)));
}
