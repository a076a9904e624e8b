import { screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { FakeBackend } from "../../test/fake-backend";
import { loginAs, renderApp } from "../../test/render-app";

async function openProducts() {
  const backend = new FakeBackend();
  const user = await renderApp(backend);
  await loginAs(user, "Marco Rossi", "2222");
  await user.click(screen.getByRole("link", { name: "Products" }));
  await screen.findByRole("heading", { name: "Products" });
  return { backend, user };
}

it("asks before what was typed is forgotten, and one Escape closes one dialog", async () => {
  const { user } = await openProducts();
  await user.click(await screen.findByRole("button", { name: "New product" }));
  const name = await screen.findByRole("textbox", { name: "Name" });
  await user.type(name, "Teapot");
  await user.keyboard("{Escape}");
  await screen.findByText("Discard changes?");
  await waitFor(() => expect(screen.getByRole("button", { name: "Keep editing" })).toHaveFocus());
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByText("Discard changes?")).not.toBeInTheDocument());
  expect(name).toHaveValue("Teapot");
});

it("makes a category with a mark of the palette, and no second one of its name", async () => {
  const { backend, user } = await openProducts();
  await user.click(await screen.findByRole("button", { name: "Catalogue" }));
  await user.click(await screen.findByRole("menuitem", { name: "Categories" }));
  await user.click(await screen.findByRole("button", { name: "New category" }));
  const name = await screen.findByRole("textbox", { name: "Name" });
  await user.type(name, "lights");
  await user.click(screen.getByRole("radio", { name: "Plum" }));
  await user.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByText("There is a category of this name already.");
  await user.clear(name);
  await user.type(name, "Tea");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByText("Created Tea");
  expect(backend.tables.get("categories")?.at(-1)).toMatchObject({ name: "Tea", colour: 4, position: 6 });
});
