import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { ReceiptView } from "../../sync/backend";
import { FakeBackend } from "../../test/fake-backend";
import { loginAs, renderApp } from "../../test/render-app";

const OLD: ReceiptView = {
  kind: "sale",
  id: "old-sale",
  number: "S01-T01-E1-000007",
  shop: "Corner Gifts",
  addressLines: [],
  till: "T01",
  cashier: "Anna Berger",
  at: 1_700_000_000_000,
  lines: [{ id: "line", name: "Lantern", code: "20021", quantity: 2000, unit: "pc", unitPrice: 500, discount: 0, total: 1000 }],
  subtotal: 1000,
  discount: 0,
  tax: [],
  taxIncluded: true,
  rounding: 0,
  total: 1000,
  payments: [{ method: "cash", amount: 1000 }],
  change: 0,
  footer: null,
  pending: false,
  refunded: "none",
  refunds: [],
  sale: null,
  reason: null,
};

async function search(backend: FakeBackend, number: string) {
  const user = await renderApp(backend);
  await loginAs(user, "Marco Rossi", "2222");
  await user.click(screen.getByRole("link", { name: "Sales" }));
  await user.type(await screen.findByRole("textbox", { name: "Search by receipt number" }), number);
  return user;
}

it("looks a receipt up that is not here, and refunds it", async () => {
  const backend = new FakeBackend(1);
  backend.elsewhere = OLD;
  const user = await search(backend, "s01-t01-e1-000007");
  await user.click(await screen.findByRole("button", { name: "Look it up at the main server" }));
  await user.click(await screen.findByRole("button", { name: "Refund" }));
  await user.click(await screen.findByRole("button", { name: "All lines" }));
  await user.click(screen.getByText("Damaged"));
  await user.click(await screen.findByRole("button", { name: /^Refund £10\.00/ }));
  expect(await screen.findByText("Refund S01-T01-E1-000007-R made")).toBeVisible();
});

it("says when the master does not know it either", async () => {
  const user = await search(new FakeBackend(1), "S01-T01-E1-999999");
  await user.click(await screen.findByRole("button", { name: "Look it up at the main server" }));
  expect(await screen.findByText(/The main server does not know it either/)).toBeVisible();
});

it("says why it cannot while the master is away", async () => {
  const backend = new FakeBackend(1);
  backend.setStatus({ connection: { state: "server_unreachable", attempt: 3, nextRetryAt: null } });
  await search(backend, "S01-T01-E1-000007");
  expect(await screen.findByText(/which cannot be reached now/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Look it up at the main server" })).toBeDisabled();
});
