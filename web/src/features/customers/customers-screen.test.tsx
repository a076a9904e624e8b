import { screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { FakeBackend } from "../../test/fake-backend";
import { loginAs, renderApp, scan } from "../../test/render-app";

const ROBIN = { name: "Robin", phone: null, email: null, address: [], notes: null, credit_limit: 5000 };

describe("customers", () => {
  it("are made with a limit", async () => {
    const fake = new FakeBackend(6);
    const user = await renderApp(fake);
    await loginAs(user, "Marco Rossi", "2222");
    await user.click(screen.getByRole("link", { name: "Customers" }));
    await user.click(await screen.findByRole("button", { name: "New customer" }));
    await user.type(await screen.findByLabelText("Name"), "Robin");
    await user.type(screen.getByLabelText("Credit limit"), "50");
    await user.click(screen.getByRole("button", { name: "Save" }));
    const made = fake.tables.get("customers")?.[0];
    expect(made).toMatchObject({ name: "Robin", credit_limit: 5000, phone: null, address: [] });
  });

  it("pay what they owe", async () => {
    const fake = new FakeBackend(6);
    await fake.createCustomer("robin", ROBIN);
    await fake.correctCredit({ id: "e1", customer: "robin", kind: "adjust", amount: 1200, note: "old" });
    const user = await renderApp(fake);
    await loginAs(user, "Cleo Winter", "3333");
    await user.click(screen.getByRole("link", { name: "Customers" }));
    await user.click(await screen.findByText("Robin"));
    await user.click(await screen.findByRole("button", { name: "Take a payment" }));
    const pay = within(await screen.findByRole("dialog", { name: "Robin pays" }));
    await user.click(pay.getByRole("button", { name: "Take a payment" }));
    expect(await screen.findByText("£0.00")).toBeDefined();
    expect(await screen.findByText("Paid, cash")).toBeDefined();
  });

  it("are chosen at the till and buy on credit", async () => {
    const fake = new FakeBackend(6);
    await fake.createCustomer("robin", ROBIN);
    const user = await renderApp(fake);
    await loginAs(user, "Cleo Winter", "3333");
    scan("20000");
    await screen.findByTestId("cart-line");
    await user.keyboard("{F6}");
    await user.click(await screen.findByText("Robin"));
    await screen.findByText("£50.00 left on credit");
    await user.keyboard("{F9}");
    const credit = await screen.findByTestId("pay-credit");
    await vi.waitFor(() => expect(credit).not.toBeDisabled());
    await user.click(credit);
    await screen.findByTestId("change-due");
    expect(fake.completed[0]).toMatchObject({ cart: { customer: "robin" }, payments: [{ method: "credit", amount: 85 }] });
  });
});
