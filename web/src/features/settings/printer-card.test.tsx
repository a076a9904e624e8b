import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { BackendError } from "../../sync/backend-error";
import type { PrinterSettings } from "../../sync/backend";
import { FakeBackend } from "../../test/fake-backend";
import { NETWORK_PRINTER } from "../../test/fake-printing";
import { loginAs, renderApp } from "../../test/render-app";

const NONE: PrinterSettings = { connection: { kind: "none" }, columns: 42, automatic: false, drawer: false };

async function open(settings: PrinterSettings | null, name = "Marco Rossi", pin = "2222") {
  const backend = new FakeBackend(1);
  if (settings !== null) backend.paper = { place: settings.connection.kind === "none" ? "nowhere" : "here", settings };
  const user = await renderApp(backend);
  await loginAs(user, name, pin);
  await user.click(screen.getByRole("link", { name: "Settings" }));
  await screen.findByRole("heading", { name: "This till" });
  return { backend, user };
}

const card = () => screen.findByRole("region", { name: "Printer and cash drawer" });

it("sets up a printer in the network, says which field is wrong, and prints a test page", async () => {
  const { backend, user } = await open(NONE);
  const form = within(await card());
  expect(form.queryByRole("button", { name: "Print a test page" })).toBeNull();
  await user.click(form.getByRole("combobox", { name: "Printer" }));
  await user.click(await screen.findByRole("option", { name: "In the network" }));
  await user.click(form.getByRole("button", { name: "Save" }));
  expect(await form.findByText("This is no address of a printer.")).toBeVisible();
  await user.type(form.getByLabelText("Address"), "192.168.1.9");
  await user.click(form.getByRole("checkbox", { name: "Print every sale made here" }));
  await user.click(form.getByRole("button", { name: "Save" }));
  await screen.findByText("Saved on this till");
  expect(backend.paper.settings).toEqual({ ...NONE, connection: { kind: "network", address: "192.168.1.9" }, automatic: true });

  backend.jam = new BackendError({ code: "printer_unreachable", class: "wait", message: "The printer cannot be reached." });
  const saved = within(await card());
  await user.click(await saved.findByRole("button", { name: "Print a test page" }));
  expect(await saved.findByText("The printer cannot be reached.")).toBeVisible();
  backend.jam = null;
  await user.click(saved.getByRole("button", { name: "Print a test page" }));
  await screen.findByText("The printer has the test page");
  expect(backend.printed.map(({ what }) => what)).toEqual(["test", "test"]);
});

it("is nothing that a browser has", async () => {
  await open(null);
  expect(screen.queryByRole("region", { name: "Printer and cash drawer" })).toBeNull();
});

it("is nothing that a cashier changes", async () => {
  await open(NETWORK_PRINTER, "Cleo Winter", "3333");
  expect(screen.queryByRole("region", { name: "Printer and cash drawer" })).toBeNull();
});
