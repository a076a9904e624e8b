import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { FakeBackend } from "../../test/fake-backend";
import { ONLINE } from "../../test/fake-data";
import { renderApp } from "../../test/render-app";

afterEach(() => vi.unstubAllGlobals());

it("says on plain http that it is not secure, where a till joins and where one logs in", async () => {
  vi.stubGlobal("isSecureContext", false);
  const backend = new FakeBackend(1);
  backend.setStatus({ registered: false, device: null });
  await renderApp(backend);
  expect(await screen.findByRole("heading", { name: "Set up this till" })).toBeVisible();
  expect(screen.getByRole("region", { name: "Not a secure connection" })).toBeVisible();
  backend.setStatus({ registered: true, device: ONLINE.device });
  await screen.findByText("Marco Rossi");
  expect(screen.getByRole("region", { name: "Not a secure connection" })).toBeVisible();
});
