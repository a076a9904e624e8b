import { screen, within } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { BackendError } from "../../sync/backend-error";
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

function stranger(): FakeBackend {
  const backend = new FakeBackend(1);
  backend.setStatus({ registered: false, device: null });
  return backend;
}

it("asks a browser for a code alone: it belongs to the main server that it came from", async () => {
  const backend = stranger();
  const enroll = vi.spyOn(backend, "enroll");
  const user = await renderApp(backend);
  await user.type(await screen.findByLabelText("Code"), "ABCD2345");
  expect(screen.queryByLabelText("Address of the main server")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Set up" }));
  expect(enroll).toHaveBeenCalledWith("ABCD2345", expect.any(String), null);
});

it("asks the desktop app where the main server is, too", async () => {
  const backend = stranger();
  backend.place = { app: "tillsync-desktop 0.1.0", master: "http://127.0.0.1:7400", asksForMaster: true, exposed: false };
  const enroll = vi.spyOn(backend, "enroll");
  const user = await renderApp(backend);
  const master = await screen.findByLabelText("Address of the main server");
  expect(master).toHaveValue("http://127.0.0.1:7400");
  await user.clear(master);
  await user.type(master, "shop.local");
  await user.type(screen.getByLabelText("Code"), "ABCD2345");
  await user.type(screen.getByLabelText("Name of this till"), "Till 1");
  await user.click(screen.getByRole("button", { name: "Set up" }));
  expect(enroll).toHaveBeenCalledWith("ABCD2345", "Till 1", "shop.local");
});

it("joins a main server that it does not know only after somebody compared its fingerprint", async () => {
  const backend = stranger();
  backend.place = { app: "tillsync-desktop 0.1.0", master: "https://192.168.1.5:7400", asksForMaster: true, exposed: false };
  const fingerprint = "ab12".repeat(16);
  const unknown = new BackendError({ code: "unknown_master", class: "invalid", message: "This till does not know it.", field: "master", fingerprint });
  const enroll = vi.spyOn(backend, "enroll").mockRejectedValueOnce(unknown).mockRejectedValueOnce(unknown).mockResolvedValueOnce();
  const user = await renderApp(backend);
  await user.type(await screen.findByLabelText("Code"), "ABCD2345");
  await user.type(screen.getByLabelText("Name of this till"), "Till 1");
  await user.click(screen.getByRole("button", { name: "Set up" }));
  const asked = await screen.findByRole("group", { name: "Is this your main server?" });
  expect(within(asked).getAllByText("AB12 AB12 AB12 AB12")).toHaveLength(4);
  await user.click(screen.getByRole("button", { name: "It differs" }));
  await user.click(await screen.findByRole("button", { name: "Set up" }));
  await user.click(await screen.findByRole("button", { name: "It is the same" }));
  expect(enroll).toHaveBeenLastCalledWith("ABCD2345", "Till 1", `https://192.168.1.5:7400#${fingerprint}`);
});

it("says on the desktop app that others can read along where the main server has no https", async () => {
  const backend = stranger();
  backend.place = { app: "tillsync-desktop 0.1.0", master: "http://192.168.1.5:7400", asksForMaster: true, exposed: true };
  await renderApp(backend);
  expect(await screen.findByText(/can read what goes between this till/)).toBeVisible();
});

it("begins a shop on the desktop app, once its owner has typed the same PIN twice", async () => {
  const backend = stranger();
  backend.place = { app: "tillsync-desktop 0.1.0", master: "http://127.0.0.1:7400", asksForMaster: true, exposed: false };
  backend.host = { state: "elsewhere" };
  const openShop = vi.spyOn(backend, "openShop");
  const user = await renderApp(backend);
  await user.click(await screen.findByRole("radio", { name: "Start a new shop" }));
  await user.type(screen.getByLabelText("Name of the shop"), "Deli");
  await user.type(screen.getByLabelText("Your name"), "Olive");
  await user.type(screen.getByLabelText("Your PIN"), "1357");
  await user.type(screen.getByLabelText("Your PIN again"), "135");
  await user.click(screen.getByRole("button", { name: "Start the shop" }));
  expect(await screen.findByText("The two PINs differ.")).toBeVisible();
  expect(openShop).not.toHaveBeenCalled();
  await user.type(screen.getByLabelText("Your PIN again"), "7");
  await user.click(screen.getByRole("button", { name: "Start the shop" }));
  expect(openShop).toHaveBeenCalledWith({ shop: "Deli", person: "Olive", pin: "1357" }, "Till 1");
});

it("does not offer a browser to begin a shop", async () => {
  await renderApp(stranger());
  expect(await screen.findByLabelText("Code")).toBeVisible();
  expect(screen.queryByRole("radio", { name: "Start a new shop" })).toBeNull();
});
