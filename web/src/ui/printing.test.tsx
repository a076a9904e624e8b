import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { BackendError } from "../sync/backend-error";
import { FakeBackend } from "../test/fake-backend";
import { NETWORK_PRINTER } from "../test/fake-printing";
import { loginAs, renderApp, scan } from "../test/render-app";

const JAM = new BackendError({ code: "printer_unreachable", class: "wait", message: "The printer at 192.168.1.9:9100 cannot be reached" });

afterEach(() => vi.restoreAllMocks());

async function atTill(backend: FakeBackend, name = "Cleo Winter", pin = "3333") {
  const user = await renderApp(backend);
  await loginAs(user, name, pin);
  return user;
}

/** Sells one product for cash, to the coin. */
async function sell(backend: FakeBackend, user: Awaited<ReturnType<typeof renderApp>>): Promise<void> {
  scan(backend.products[0]?.code ?? "");
  const cart = await screen.findByTestId("cart");
  await within(cart).findByText(backend.products[0]?.name ?? "");
  await user.keyboard("{F10}");
  await screen.findByTestId("change-due");
}

it("prints a sale that is made, and offers one that was not printed again while the next is sold", async () => {
  const backend = new FakeBackend(3);
  backend.paper = { place: "here", settings: NETWORK_PRINTER };
  const user = await atTill(backend);
  await sell(backend, user);
  await waitFor(() => expect(backend.printed.map(({ occasion }) => occasion)).toEqual(["made"]));

  backend.jam = JAM;
  await sell(backend, user);
  const said = await screen.findByText("Not printed. The printer at 192.168.1.9:9100 cannot be reached. The sale is saved.");
  expect(said).toBeVisible();
  backend.jam = null;
  await sell(backend, user);
  await user.click(screen.getByRole("button", { name: "Print again" }));
  await screen.findByText("Printed");
  const [, failed, next, again] = backend.printed;
  expect(again).toEqual({ what: failed?.what, occasion: "first" });
  expect(next?.what).not.toBe(failed?.what);
});

it("prints with the dialog of the device where no printer of a till can be reached", async () => {
  const print = vi.spyOn(window, "print").mockImplementation(() => undefined);
  const backend = new FakeBackend(3);
  const user = await atTill(backend);
  await sell(backend, user);
  await user.click(screen.getByRole("button", { name: "Receipt" }));
  await user.click(await screen.findByRole("button", { name: "Print" }));
  expect(print).toHaveBeenCalledOnce();
  expect(backend.printed).toEqual([]);
});

it("prints on the main server's printer, and with the dialog where that fails", async () => {
  const print = vi.spyOn(window, "print").mockImplementation(() => undefined);
  const backend = new FakeBackend(3);
  backend.paper = { place: "master", settings: null };
  const user = await atTill(backend);
  await sell(backend, user);
  await user.click(screen.getByRole("button", { name: "Receipt" }));
  await user.click(await screen.findByRole("button", { name: "Print" }));
  await screen.findByText("Printed");
  expect(print).not.toHaveBeenCalled();
  backend.jam = JAM;
  await user.click(await screen.findByRole("button", { name: "Print" }));
  await user.click(await screen.findByRole("button", { name: "Print dialog" }));
  expect(print).toHaveBeenCalledOnce();
});

it("finds the receipt whose bar code is scanned", async () => {
  const backend = new FakeBackend(3);
  const user = await atTill(backend);
  await sell(backend, user);
  scan("S01-T03-E2-000457");
  expect(await screen.findByRole("heading", { name: "Sales" })).toBeVisible();
  expect(screen.getByLabelText("Search by receipt number")).toHaveValue("S01-T03-E2-000457");
  scan("s01-t03-e2-000458");
  await waitFor(() => expect(screen.getByLabelText("Search by receipt number")).toHaveValue("S01-T03-E2-000458"));
});

it("opens the cash drawer without a sale, and its report says why", async () => {
  const backend = new FakeBackend(3);
  backend.paper = { place: "here", settings: NETWORK_PRINTER };
  const user = await atTill(backend);
  await backend.openDrawer("s1", 5_000);
  await user.click(screen.getByRole("link", { name: "Drawer" }));
  await user.click(await screen.findByRole("button", { name: "Open cash drawer" }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(dialog.getByRole("button", { name: "Open cash drawer" }));
  await screen.findByText("Cash drawer opened");
  expect(backend.printed).toEqual([{ what: "drawer", occasion: null }]);
  expect(backend.openReport?.moves.map(({ kind, reason }) => [kind, reason])).toEqual([["no_sale", "To change a note"]]);
});

it("offers to open no drawer where none is set up", async () => {
  const backend = new FakeBackend(3);
  backend.paper = { place: "here", settings: { ...NETWORK_PRINTER, drawer: false } };
  const user = await atTill(backend);
  await backend.openDrawer("s1", 5_000);
  await user.click(screen.getByRole("link", { name: "Drawer" }));
  await screen.findByRole("button", { name: "Cash in" });
  expect(screen.queryByRole("button", { name: "Open cash drawer" })).toBeNull();
});
