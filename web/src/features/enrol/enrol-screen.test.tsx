import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { BackendError } from "../../sync/backend-error";
import { FakeBackend } from "../../test/fake-backend";
import { ONLINE } from "../../test/fake-data";
import { renderApp, scan } from "../../test/render-app";

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
  backend.place = { app: "tillsync-desktop 0.1.0", master: "", asksForMaster: true, exposed: false, fullScreen: false };
  const enroll = vi.spyOn(backend, "enroll");
  const user = await renderApp(backend);
  const master = await screen.findByLabelText("Address of the main server");
  // Nobody said one yet.
  expect(master).toHaveValue("");
  await user.type(master, "shop.local");
  await user.type(screen.getByLabelText("Code"), "ABCD2345");
  await user.type(screen.getByLabelText("Name of this till"), "Till 1");
  await user.click(screen.getByRole("button", { name: "Set up" }));
  expect(enroll).toHaveBeenCalledWith("ABCD2345", "Till 1", "shop.local");
});

it("lists the shops that say in the network that they are here, and takes their address", async () => {
  const backend = stranger();
  backend.place = { app: "tillsync-desktop 0.1.0", master: "http://127.0.0.1:7400", asksForMaster: true, exposed: false, fullScreen: false };
  const authority = "ab12".repeat(16);
  const user = await renderApp(backend);
  const shops = within(await screen.findByRole("group", { name: "Shops in this network" }));
  expect(await shops.findByText(/None has been found yet/)).toBeVisible();
  backend.masters = [
    { shop: "Corner shop", address: "https://192.168.1.5:7400", authority },
    { shop: "Bakery", address: "https://192.168.1.9:7400", authority },
  ];
  const bakery = await shops.findByRole("button", { name: /Bakery/ }, { timeout: 10_000 });
  await user.click(bakery);
  expect(bakery).toHaveAttribute("aria-pressed", "true");
  // That it says itself who vouches for it is nothing to believe: it is compared as ever.
  expect(screen.getByLabelText("Address of the main server")).toHaveValue("https://192.168.1.9:7400");
});

it("fills in what a scanned invitation says, with who vouches for the main server", async () => {
  const backend = stranger();
  backend.place = { app: "tillsync-desktop 0.1.0", master: "http://127.0.0.1:7400", asksForMaster: true, exposed: false, fullScreen: false };
  const enroll = vi.spyOn(backend, "enroll");
  const authority = "ab12".repeat(16);
  const user = await renderApp(backend);
  await screen.findByLabelText("Code");
  scan(`https://192.168.1.5:7400/#join=K7QX3MHP&authority=${authority}`);
  await waitFor(() => expect(screen.getByLabelText("Code")).toHaveValue("K7QX3MHP"));
  await user.type(screen.getByLabelText("Name of this till"), "Till 2");
  await user.click(screen.getByRole("button", { name: "Set up" }));
  expect(enroll).toHaveBeenCalledWith("K7QX3MHP", "Till 2", `https://192.168.1.5:7400#${authority}`);
});

it("has the code that a camera opened the page with, and keeps it out of the address", async () => {
  await renderApp(stranger(), "/#join=K7QX3MHP");
  expect(await screen.findByLabelText("Code")).toHaveValue("K7QX3MHP");
  expect(window.location.hash).toBe("");
});

it("joins a main server that it does not know only after somebody compared its fingerprint", async () => {
  const backend = stranger();
  backend.place = { app: "tillsync-desktop 0.1.0", master: "https://192.168.1.5:7400", asksForMaster: true, exposed: false, fullScreen: false };
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

it("keeps what was typed, and says what is wrong, while the till is opened anew for another main server", async () => {
  const backend = stranger();
  backend.place = { app: "tillsync-desktop 0.1.0", master: "https://192.168.1.5:7400", asksForMaster: true, exposed: false, fullScreen: false };
  vi.spyOn(backend, "enroll").mockImplementationOnce(async () => {
    backend.setStatus({ registered: true, device: null, connection: { state: "checking" } });
    // Long enough for the page to be drawn so.
    await new Promise((resolve) => setTimeout(resolve, 100));
    backend.setStatus({ registered: false, device: null, connection: { state: "online" } });
    throw new BackendError({ code: "invalid_code", class: "invalid", message: "This code is not known.", field: "code" });
  });
  const user = await renderApp(backend);
  await user.type(await screen.findByLabelText("Code"), "ABCD2345");
  await user.type(screen.getByLabelText("Name of this till"), "Till 1");
  await user.click(screen.getByRole("button", { name: "Set up" }));
  expect(await screen.findByText("This code is not known.")).toBeVisible();
  expect(screen.getByLabelText("Code")).toHaveValue("ABCD2345");
  expect(screen.getByLabelText("Name of this till")).toHaveValue("Till 1");
});

it("says on the desktop app that others can read along where the main server has no https", async () => {
  const backend = stranger();
  backend.place = { app: "tillsync-desktop 0.1.0", master: "http://192.168.1.5:7400", asksForMaster: true, exposed: true, fullScreen: false };
  await renderApp(backend);
  expect(await screen.findByText(/can read what goes between this till/)).toBeVisible();
});

it("begins a shop on the desktop app, once its owner has typed the same PIN twice", async () => {
  const backend = stranger();
  backend.place = { app: "tillsync-desktop 0.1.0", master: "http://127.0.0.1:7400", asksForMaster: true, exposed: false, fullScreen: false };
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
