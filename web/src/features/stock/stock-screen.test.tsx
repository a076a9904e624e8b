import { screen, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { downloadCsv } from "../../lib/csv";
import { FakeBackend } from "../../test/fake-backend";
import { loginAs, renderApp, scan } from "../../test/render-app";

vi.mock("../../lib/csv", () => ({ downloadCsv: vi.fn(), downloadText: vi.fn() }));

const TEA = "product-0";

describe("stock", () => {
  let fake: FakeBackend;
  beforeEach(() => {
    vi.mocked(downloadCsv).mockClear();
    fake = new FakeBackend(6);
  });

  const openStock = async (name = "Sam O'Neill", pin = "4444") => {
    const user = await renderApp(fake);
    await loginAs(user, name, pin);
    await user.click(screen.getByRole("link", { name: "Stock" }));
    // The till shows the same goods until the screen is there.
    await screen.findByRole("heading", { name: "Stock" });
    return user;
  };

  it("comes in with lot, date and cost, and a known lot is added to", async () => {
    const user = await openStock();
    await user.click(await screen.findByText("White hanging heart T-light holder"));
    for (const units of ["12", "3"]) {
      await user.click(await screen.findByRole("button", { name: "Receive" }));
      const dialog = within(await screen.findByRole("dialog", { name: /^Receive/ }));
      await user.type(dialog.getByLabelText("How many arrived?"), units);
      await user.type(dialog.getByLabelText("Lot"), "L7");
      const day = dialog.getByLabelText("Best before");
      if (units === "12") await user.type(day, "2027-03-31");
      else expect(day).toBeDisabled();
      await user.type(dialog.getByLabelText("Cost of one"), "0.40");
      await user.click(dialog.getByRole("button", { name: "Save" }));
      await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    }
    const batch = within(await screen.findByTestId("batch"));
    await batch.findByText("15");
    expect(fake.batchesOf.get(TEA)).toMatchObject([{ lot: "L7", expiry: "2027-03-31", cost: 40, onHand: 15_000 }]);
  });

  it("asks which lot a date belongs to", async () => {
    const user = await openStock();
    await user.click(await screen.findByText("White hanging heart T-light holder"));
    await user.click(await screen.findByRole("button", { name: "Receive" }));
    await user.type(await screen.findByLabelText("How many arrived?"), "1");
    await user.type(screen.getByLabelText("Best before"), "2027-03-31");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await screen.findByText("A date belongs to a lot: say which it is.");
  });

  it("writes off what expired in two presses", async () => {
    fake.fillStock();
    const user = await openStock();
    await user.click(await screen.findByText("Expiring soon"));
    const rows = await screen.findAllByTestId("expiring");
    const old = rows.find((row) => row.textContent.includes("24-117"));
    if (old === undefined) throw new Error("the old batch is not listed");
    expect(old).toHaveTextContent("Expired 20 Nov 2026 · 2 days ago");
    await user.click(within(old).getByRole("button", { name: "Write off" }));
    await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Write off" }));
    await vi.waitFor(() => expect(screen.queryByText(/24-117/, { selector: "span" })).toBeNull());
    expect(fake.batchesOf.get(TEA)?.find((row) => row.lot === "24-117")?.onHand).toBe(0);
  });

  it("exports what expires within the chosen time", async () => {
    fake.fillStock();
    const user = await openStock();
    await user.click(await screen.findByText("Expiring soon"));
    await screen.findAllByTestId("expiring");
    await user.click(screen.getByRole("button", { name: "Export CSV" }));
    const [file, header, rows] = vi.mocked(downloadCsv).mock.calls[0] ?? [];
    expect([file, header?.[2]]).toEqual(["expiring.csv", "lot"]);
    expect(rows?.map((row) => row[2])).toEqual(["24-117", "24-131", "K7"]);
  });

  it("is counted by the batch", async () => {
    fake.fillStock();
    const counted = vi.spyOn(fake, "countStock").mockResolvedValue();
    const user = await openStock();
    await user.click(await screen.findByText("Regency cakestand 3 tier"));
    await user.click(await screen.findByRole("button", { name: "Count" }));
    await user.type(await screen.findByLabelText("How many are there?"), "11{Enter}");
    await vi.waitFor(() => expect(counted).toHaveBeenCalled());
    expect(counted.mock.calls[0]?.[0]).toMatchObject({ batch: "product-1-K7", counted: 11_000, expected: 12_000 });
  });
});

describe("a batch at the till", () => {
  it("is chosen by keyboard, and one that expired is approved by a manager", async () => {
    const fake = new FakeBackend(6);
    fake.fillStock();
    fake.taken = ({ lines }) =>
      lines.map((line) => ({
        line: line.id,
        of: [{ lot: line.batch ?? "24-131", expiry: line.expiry ?? "2026-11-26", quantity: line.quantity, expired: line.batch === "24-117" }],
        onlyExpired: false,
      }));
    fake.expired = ({ lines }) => lines.find((line) => line.batch === "24-117")?.id ?? null;
    const user = await renderApp(fake);
    await loginAs(user, "Cleo Winter", "3333");
    scan("20000");
    const line = await screen.findByTestId("cart-line");
    await within(line).findByText("Lot 24-131 · 26 Nov 2026");
    await user.keyboard("{Control>}b{/Control}");
    await screen.findByText("First expired first");
    await screen.findByText("Lot 24-117");
    await user.keyboard("{ArrowDown}{Enter}");
    await screen.findByText("These goods are past their date.");
    await user.click(await screen.findByText("Marco Rossi"));
    await user.keyboard("2222{Enter}");
    await within(line).findByText("Lot 24-117 · Expired 20 Nov 2026");
    await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await user.keyboard("{F10}");
    await screen.findByTestId("change-due");
    expect(fake.completed[0]?.cart).toMatchObject({ lines: [{ batch: "24-117" }], approvals: [{ permission: "sell_expired" }] });
  });
});
