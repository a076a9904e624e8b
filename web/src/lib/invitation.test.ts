import { afterEach, expect, it } from "vitest";
import { forgetInvitation, invitationHere, readInvitation, writeInvitation } from "./invitation";

const AUTHORITY = "ab12".repeat(16);

afterEach(() => window.history.replaceState(null, "", "/"));

it("reads what it wrote, with an authority and without", () => {
  for (const authority of [AUTHORITY, null]) {
    const invitation = { address: "https://192.168.1.5:7400", code: "K7QX3MHP", authority };
    expect(readInvitation(writeInvitation({ ...invitation, code: "K7QX-3MHP" }))).toEqual(invitation);
  }
});

it("takes nothing else for an invitation", () => {
  const wrong = [
    "",
    "5012345678900",
    "https://192.168.1.5:7400/",
    "https://192.168.1.5:7400/#join=K7QX",
    "https://192.168.1.5:7400/#authority=K7QX3MHP",
    `https://192.168.1.5:7400/#join=K7QX3MHP&authority=${AUTHORITY}0`,
    "ftp://192.168.1.5/#join=K7QX3MHP",
    "https:///#join=K7QX3MHP",
  ];
  for (const text of wrong) expect(readInvitation(text), text).toBeNull();
});

it("finds the one of the page's address, and takes it out of it", () => {
  window.history.replaceState(null, "", `/sales?x=1#join=K7QX3MHP&authority=${AUTHORITY}`);
  expect(invitationHere()).toEqual({ address: window.location.origin, code: "K7QX3MHP", authority: AUTHORITY });
  forgetInvitation();
  expect(window.location.href).toBe(`${window.location.origin}/sales?x=1`);
  expect(invitationHere()).toBeNull();
});

it("leaves alone what is no invitation", () => {
  window.history.replaceState(null, "", "/sales#top");
  forgetInvitation();
  expect(window.location.hash).toBe("#top");
});
