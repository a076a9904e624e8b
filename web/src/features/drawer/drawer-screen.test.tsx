import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { FakeBackend } from "../../test/fake-backend";
import { loginAs, renderApp } from "../../test/render-app";

describe("the drawer", () => {
  it("is opened with a float, counted without knowing what should be there, and closed with a reason", async () => {
    const fake = new FakeBackend(6);
    const user = await renderApp(fake);
    await loginAs(user, "Cleo Winter", "3333");
    await user.click(screen.getByRole("link", { name: "Drawer" }));
    await user.click(await screen.findByRole("button", { name: "Open drawer" }));
    await user.type(await screen.findByLabelText("Float"), "100");
    await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Open drawer" }));

    await user.click(await screen.findByRole("button", { name: "Cash out" }));
    await user.type(await screen.findByLabelText("Amount"), "2.50");
    await user.type(screen.getByLabelText("What for"), "Stamps");
    await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Cash out" }));
    await screen.findByText("£2.50 taken out");

    await user.click(screen.getByRole("button", { name: "Count and close" }));
    // What should be there is not told to whoever has not counted.
    await user.click(await screen.findByRole("button", { name: "Counted, go on" }));
    expect((await screen.findByRole("alert")).textContent).toMatch(/type a 0/);
    await user.type(screen.getByLabelText("How many of £50.00"), "2");
    expect(within(screen.getByRole("dialog")).queryByText("£97.50")).toBeNull();
    await user.keyboard("{Enter}");
    const end = within(await screen.findByRole("dialog", { name: "Close the drawer" }));
    expect(end.getByText("£97.50")).toBeDefined();
    expect(end.getByText("£2.50 too much")).toBeDefined();
    await user.click(end.getByRole("button", { name: "Close drawer" }));
    expect(fake.closings).toHaveLength(0);
    await user.type(end.getByLabelText("Reason"), "found");
    await user.click(end.getByRole("button", { name: "Close drawer" }));

    // One to look at, one for the paper.
    const [report] = await screen.findAllByTestId("drawer-report");
    expect(report?.textContent).toContain("Z 1");
    expect(report?.textContent).toContain("Reason: found");
    expect(await screen.findByText("The drawer is closed")).toBeDefined();
    expect(await screen.findAllByTestId("z-report")).toHaveLength(1);
  });

  it("is taken over from a till that is gone, by a manager who says so", async () => {
    const fake = new FakeBackend(6);
    fake.openTills = [{ device: "t9", till: "T02", openedAt: Date.now() - 86_400_000, openedBy: "Marco Rossi", held: 2 }];
    const user = await renderApp(fake);
    await loginAs(user, "Marco Rossi", "2222");
    await user.click(screen.getByRole("link", { name: "Drawer" }));
    const left = within(await screen.findByTestId("open-elsewhere"));
    expect(left.getByText("2 held sales there")).toBeDefined();
    await user.click(left.getByRole("button", { name: "Take over" }));
    await user.click(within(await screen.findByRole("dialog", { name: "Take over from T02?" })).getByRole("button", { name: "Take over" }));
    expect(await screen.findByText("Taken over from T02")).toBeDefined();
    expect(await screen.findByText(/^Open since/)).toBeDefined();
    expect(screen.queryByTestId("open-elsewhere")).toBeNull();
  });
});
