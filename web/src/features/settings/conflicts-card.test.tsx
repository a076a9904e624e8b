import { screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { FakeBackend } from "../../test/fake-backend";
import { loginAs, renderApp } from "../../test/render-app";

async function open(name: string, pin: string) {
  const backend = new FakeBackend(1);
  backend.put("settings", { id: "shop", version: 1, resolve_conflicts: null });
  const user = await renderApp(backend);
  await loginAs(user, name, pin);
  await user.click(screen.getByRole("link", { name: "Settings" }));
  return { user, backend };
}

it("lets the owner say that the till of the higher priority wins, and says what that means", async () => {
  const { user, backend } = await open("Anna Berger", "1111");
  const edited = vi.spyOn(backend, "editSettings");
  await screen.findByText(/side by side/);
  await user.click(screen.getByRole("radio", { name: "The till of higher priority wins" }));
  await vi.waitFor(() => expect(edited).toHaveBeenCalledWith({ resolve_conflicts: null }, { resolve_conflicts: "device_priority" }));
  expect(await screen.findByText("Saved for the whole shop")).toBeVisible();
});

it("is not offered to others", async () => {
  await open("Cleo Winter", "3333");
  await screen.findByText("Appearance");
  expect(screen.queryByText("When two tills change the same thing")).toBeNull();
});
