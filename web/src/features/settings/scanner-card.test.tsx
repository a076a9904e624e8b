import { fireEvent, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { FakeBackend } from "../../test/fake-backend";
import { loginAs, renderApp } from "../../test/render-app";

/** As a scanner types, on a page where nothing has the focus. */
function scan(code: string): void {
  (document.activeElement as HTMLElement | null)?.blur();
  for (const key of [...code, "Enter"]) fireEvent.keyDown(document.body, { key });
}

it("shows what a scanner sends, and reads the code without what it puts around it", async () => {
  const user = await renderApp(new FakeBackend(1));
  await loginAs(user, "Marco Rossi", "2222");
  await user.click(screen.getByRole("link", { name: "Settings" }));
  await user.click(await screen.findByRole("button", { name: "Try the scanner" }));
  await screen.findByText(/Nothing is sold by it/);
  scan("]E05000159407236");
  await screen.findByText("It sent ]E05000159407236.");
  await user.type(screen.getByLabelText("Before each code"), "]E0");
  await user.click(screen.getByRole("button", { name: "Use these" }));
  scan("]E05000159407236");
  await screen.findByText("It sent ]E05000159407236, read as 5000159407236.");
  expect(screen.getByRole("button", { name: "Use these" })).toBeDisabled();
  localStorage.clear();
});
