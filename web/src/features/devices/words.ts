import { t } from "../../i18n";
import { ageText } from "../../lib/age";
import type { DeviceRow, EpochMs } from "../../sync/backend";

/** Nothing is taken from it any more. */
export function gone(device: DeviceRow): boolean {
  return device.revokedAt !== null || device.closedAt !== null;
}

export function nameOf(device: DeviceRow): string {
  return device.kind === "node" ? t.devices.mainServer : device.name;
}

export type Standing = "online" | "away" | "gone";

export function standing(device: DeviceRow): Standing {
  if (gone(device)) return "gone";
  return device.online || (device.role === "master" && device.kind === "node") ? "online" : "away";
}

/** "Connected", "Last seen 3 min ago", "Sent away". */
export function standingText(device: DeviceRow, now: EpochMs): string {
  switch (standing(device)) {
    case "gone":
      return device.revokedAt !== null ? t.devices.revoked : t.devices.closed;
    case "online":
      return device.kind === "node" ? t.devices.running : t.devices.connected;
    case "away":
      return device.lastSeen === null ? t.devices.neverSeen : t.devices.lastSeen(ageText(device.lastSeen, now));
  }
}

/** `null` where there is nothing to say: most devices do not stand in. */
export function roleText(device: DeviceRow): string | null {
  if (device.role === "master") return t.devices.roles.master;
  return device.standsIn ? t.devices.roles.standsIn(device.priority) : null;
}
