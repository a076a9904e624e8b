import { screen, waitFor, within } from "@testing-library/react";
import type { UserEvent } from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { FakeBackend } from "../../test/fake-backend";
import { loginAs, renderApp, scan } from "../../test/render-app";

let backend: FakeBackend;

beforeEach(() => {
  backend = new FakeBackend(60);
});

async function openTill(): Promise<UserEvent> {
  const user = await renderApp(backend);
  await loginAs(user, "Cleo Winter", "3333");
  return user;
}

const cart = () => within(screen.getByTestId("cart"));

describe("login", () => {
  it("says what is wrong with a PIN and lets the right one in", async () => {
    const user = await renderApp(backend);
    await user.click(await screen.findByText("Cleo Winter"));
    await user.keyboard("0000{Enter}");
    expect(await screen.findByText("Wrong PIN. 4 tries left.")).toBeVisible();
    await user.keyboard("3333{Enter}");
    expect(await screen.findByRole("navigation")).toBeVisible();
  });

  it("locks with Ctrl+L and keeps the cart", async () => {
    const user = await openTill();
    scan("20000");
    await cart().findByText(/White hanging heart/);
    await user.keyboard("{Control>}l{/Control}");
    expect(await screen.findByText(/Locked by Cleo Winter/)).toBeVisible();
    expect(backend.session).toBeNull();
    await user.keyboard("3333{Enter}");
    await screen.findByTestId("cart");
    expect(await cart().findByText(/White hanging heart/)).toBeVisible();
  });
});

describe("the till by keyboard alone", () => {
  it("searches, adds, changes the quantity and takes exact cash", async () => {
    const user = await openTill();
    await user.keyboard("{F2}");
    await user.type(screen.getByRole("combobox", { name: /Search or type/ }), "regency");
    await waitFor(() => expect(screen.getAllByRole("option")[0]).toHaveTextContent(/Regency/));
    await user.keyboard("{Enter}");
    expect(await cart().findByText(/Regency cakestand/)).toBeVisible();
    await user.keyboard("{F4}");
    const quantity = await screen.findByRole("textbox", { name: "Quantity" });
    await user.clear(quantity);
    await user.type(quantity, "3");
    await user.keyboard("{Enter}");
    expect(await cart().findByText("3 ×")).toBeVisible();
    await user.keyboard("{F10}");
    expect(await screen.findByTestId("change-due")).toBeVisible();
    expect(backend.completed).toHaveLength(1);
    expect(backend.completed[0]?.cart.lines[0]?.quantity).toBe(3000);
  });

  it("splits a payment between card and cash and shows the change until the next scan", async () => {
    const user = await openTill();
    scan("20001");
    await cart().findByText(/Regency/);
    await user.keyboard("{F9}");
    const dialog = within(await screen.findByTestId("pay-dialog"));
    await waitFor(() => expect(dialog.getByTestId("pay-card")).toBeEnabled());
    await user.click(dialog.getByRole("button", { name: "5" }));
    await user.click(dialog.getByTestId("pay-card"));
    await dialog.findByRole("list", { name: "Taken so far" });
    await user.click(dialog.getByRole("button", { name: "9" }));
    await user.click(dialog.getByTestId("pay-cash"));
    expect(await screen.findByTestId("change-due")).toBeVisible();
    expect(backend.completed[0]?.payments).toEqual([
      { method: "card", amount: 500 },
      { method: "cash", tendered: 900 },
    ]);
    scan("20000");
    await waitFor(() => expect(screen.queryByTestId("change-due")).toBeNull());
  });
});

describe("goods that another till holds", () => {
  it("are named while paying, and the sale goes on all the same", async () => {
    backend.heldElsewhere = [{ productId: "p", name: "Regency cakestand", wanted: 1000, held: 0, till: "Till 2" }];
    const user = await openTill();
    scan("20001");
    await cart().findByText(/Regency/);
    await user.keyboard("{F9}");
    const dialog = within(await screen.findByTestId("pay-dialog"));
    expect(await dialog.findByText(/Till 2 is being paid for Regency cakestand/)).toBeVisible();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(backend.released).toHaveLength(1));
    await user.keyboard("{F9}");
    const again = within(await screen.findByTestId("pay-dialog"));
    await waitFor(() => expect(again.getByTestId("pay-cash")).toBeEnabled());
    await user.click(again.getByTestId("pay-cash"));
    expect(await screen.findByTestId("change-due")).toBeVisible();
    expect(backend.completed).toHaveLength(1);
    expect(backend.reserved).toHaveLength(2);
    expect(backend.released).toHaveLength(1);
  });
});

describe("scanning", () => {
  it("shows an unknown code as a row without taking the focus", async () => {
    await openTill();
    scan("777777777");
    expect(await screen.findByTestId("scan-problem")).toHaveTextContent("Unknown code 777777777");
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("refuses a scan while the payment is open and types nothing into it", async () => {
    const user = await openTill();
    scan("20000");
    await cart().findByText(/White hanging/);
    await user.keyboard("{F9}");
    const dialog = within(await screen.findByTestId("pay-dialog"));
    await waitFor(() => expect(dialog.getByTestId("pay-cash")).toBeEnabled());
    scan("4006381300019");
    expect(await screen.findByText("Finish or close the payment before you scan on.")).toBeVisible();
    expect(dialog.getByLabelText("Amount")).toHaveTextContent("0.85");
    expect(backend.completed).toHaveLength(0);
  });

  it("brings the till back from another screen", async () => {
    const user = await openTill();
    await user.click(screen.getByRole("link", { name: "Settings" }));
    await screen.findByRole("heading", { name: "Settings" });
    scan("20000");
    expect(await screen.findByTestId("cart")).toHaveTextContent("White hanging heart");
  });
});

describe("Pay", () => {
  it("makes one sale of a click storm", async () => {
    const user = await openTill();
    scan("20000");
    await cart().findByText(/White hanging/);
    await user.keyboard("{F9}");
    const cash = await screen.findByTestId("pay-cash");
    await waitFor(() => expect(cash).toBeEnabled());
    for (let press = 0; press < 15; press += 1) cash.click();
    await screen.findByTestId("change-due");
    expect(backend.completed).toHaveLength(1);
  });

  it("asks a manager for another price", async () => {
    const user = await openTill();
    scan("20001");
    await cart().findByText(/Regency/);
    await user.keyboard("{F3}");
    const price = await screen.findByRole("textbox", { name: "Price" });
    await user.clear(price);
    await user.type(price, "1.00");
    await user.keyboard("{Enter}");
    const dialog = await screen.findByRole("dialog", { name: "Needs approval" });
    await user.click(within(dialog).getByText("Marco Rossi"));
    await user.keyboard("2222{Enter}");
    await waitFor(() => expect(backend.session?.name).toBe("Cleo Winter"));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(cart().getByLabelText("Total")).toHaveTextContent("£1.00");

  });
});
