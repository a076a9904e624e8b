/**
 * What a QR code says to a device that shall join: where the main server is, who vouches for it, and
 * the one-time code. All of it but the address stands behind the `#`, which no browser sends to
 * anybody and no server writes into a log.
 */
export interface Invitation {
  /** Base address of the main server. */
  readonly address: string;
  /** The one-time code, without its dash. */
  readonly code: string;
  /** Who vouches for the main server, as 64 hex digits; `null` where it has no TLS. */
  readonly authority: string | null;
}

/** The address that a device opens. */
export function writeInvitation(invitation: Invitation): string {
  const { address, code, authority } = invitation;
  const authorised = authority === null ? "" : `&authority=${authority}`;
  return `${address}/#join=${code.replaceAll("-", "")}${authorised}`;
}

/** Reads what {@link writeInvitation} wrote; `null` where it is anything else. */
export function readInvitation(text: string): Invitation | null {
  const parts = /^(https?:\/\/[^/#?\s]+)\/?#(join=.*)$/i.exec(text.trim());
  if (parts === null) return null;
  const [, address = "", rest = ""] = parts;
  const said = new URLSearchParams(rest);
  const code = (said.get("join") ?? "").toUpperCase();
  const authority = said.get("authority");
  if (!/^[A-Z0-9]{8}$/.test(code)) return null;
  if (authority !== null && !/^[0-9a-f]{64}$/i.test(authority)) return null;
  return { address: address.toLowerCase(), code, authority: authority?.toLowerCase() ?? null };
}

/** The invitation that this page was opened with. */
export function invitationHere(): Invitation | null {
  return readInvitation(`${window.location.origin}/${window.location.hash}`);
}

/** Takes it out of the page's address: a code is nothing to keep there. */
export function forgetInvitation(): void {
  if (invitationHere() === null) return;
  window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
}
