import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { FakeBackend } from "../../test/fake-backend";
import { loginAs, renderApp } from "../../test/render-app";

const ROW = {
  seq: 1,
  name: "edit_product",
  at: 1_795_000_000_000,
  actor: "Sam O'Neill",
  code: "permission_denied",
  reason: "Ask a manager to do it.",
  payload: "{}",
} as const;

it("sends again what was pressed, also where an identity before it counted the same", async () => {
  const backend = new FakeBackend(1);
  backend.attentionRows = [
    { ...ROW, device: "before", subject: "Bunting" },
    { ...ROW, device: "now", subject: "Lantern" },
  ];
  const user = await renderApp(backend);
  await loginAs(user, "Marco Rossi", "2222");
  await user.click(screen.getByRole("link", { name: /^Sync/ }));
  const [, second] = within(await screen.findByTestId("attention")).getAllByRole("listitem");
  await user.click(within(second as HTMLElement).getByRole("button", { name: "Send again" }));
  await expect.poll(() => backend.attentionRows.map((row) => row.subject)).toEqual(["Bunting"]);
});
