import { screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { BackendError } from "../../sync/backend-error";
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

  it("buy over their limit only with a manager", async () => {
    const fake = new FakeBackend(6);
    await fake.createCustomer("robin", ROBIN);
    const over = new BackendError({ code: "over_limit", class: "invalid", message: "only 0.50 more can be bought on credit", permission: "manage_credit" });
    vi.spyOn(fake, "completeSale").mockRejectedValueOnce(over);
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
    const approval = within(await screen.findByRole("dialog", { name: "Needs approval" }));
    await user.click(await approval.findByText("Marco Rossi"));
    await user.keyboard("2222{Enter}");
    await screen.findByTestId("change-due");
    expect(fake.completed[0]?.cart.approvals).toMatchObject([{ permission: "manage_credit", name: "Marco Rossi" }]);
  });

  it("that should have paid are listed with a sum, and opened", async () => {
    const fake = new FakeBackend(6);
    await fake.createCustomer("robin", ROBIN);
    const row = { id: "robin", name: "Robin", phone: "0117", email: null, balance: 900, overdue: 600, since: "2026-10-01" };
    fake.late = [row, { ...row, id: "kim", name: "Kim", overdue: 900, since: null }];
    const user = await renderApp(fake);
    await loginAs(user, "Marco Rossi", "2222");
    await user.click(screen.getByRole("link", { name: "Customers" }));
    await user.click(await screen.findByText("Overdue"));
    await screen.findByText("2 customers, £15.00 late");
    const list = within(screen.getByRole("list", { name: "List of who should have paid" }));
    list.getByText("due 1 Oct 2026 · 0117");
    list.getByText("due long ago · 0117");
    await user.click(list.getByText("Robin"));
    await screen.findByTestId("customer");
  });
});

describe("what a till lends while the main server is away", () => {
  it("is set by the owner alone", async () => {
    const fake = new FakeBackend(6);
    fake.put("settings", { id: "shop", version: 1, offline_credit: null });
    const edited = vi.spyOn(fake, "editSettings");
    const user = await renderApp(fake);
    await loginAs(user, "Anna Berger", "1111");
    await user.click(screen.getByRole("link", { name: "Settings" }));
    const field = await screen.findByLabelText("Lend one customer at most, while the main server is away");
    expect(field).toHaveValue("100.00");
    await user.clear(field);
    await user.type(field, "25{Enter}");
    await vi.waitFor(() => expect(edited).toHaveBeenCalledWith({ offline_credit: null }, { offline_credit: 2500 }));
    await screen.findByText("Saved for every till");
  });
});
