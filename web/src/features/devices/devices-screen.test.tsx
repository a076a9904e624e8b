import { screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { FakeBackend } from "../../test/fake-backend";
import { loginAs, renderApp } from "../../test/render-app";

async function open(backend: FakeBackend, name = "Marco Rossi", pin = "2222") {
  const user = await renderApp(backend);
  await loginAs(user, name, pin);
  await user.click(screen.getByRole("link", { name: "Devices" }));
  return user;
}

const device = (name: string) => {
  const found = screen.getAllByTestId("device").find((each) => each.textContent.includes(name));
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};

it("says of each device whether it is there and what waits on it", async () => {
  const backend = new FakeBackend(1);
  await open(backend);
  await screen.findByText("5 devices, 3 connected");
  expect(device("Safari on iPad")).toHaveTextContent(/Last seen .* ago.*7 to send.*1 needs attention/);
  expect(device("Till 3")).toHaveTextContent(/This device.*Connected.*All sent/);
  expect(device("Eingangsbereich")).toHaveTextContent(/May only look.*Dashboard/);
  expect(device("Main server")).toHaveTextContent(/decides for all.*Running/);
  expect(screen.queryByText("Till 0")).toBeNull();
  backend.known = backend.known.map((each) => (each.id === "till-2" ? { ...each, online: true, pending: 0, attention: 0 } : each));
  await waitFor(() => expect(device("Safari on iPad")).toHaveTextContent(/Connected.*All sent/));
});

it("takes a device in with a code that is read aloud, and says when it has joined", async () => {
  const backend = new FakeBackend(1);
  const user = await open(backend);
  await user.click(await screen.findByRole("button", { name: "Add device" }));
  await user.type(await screen.findByRole("textbox", { name: /Name/ }), "Back room");
  await user.click(screen.getByRole("button", { name: "Show code" }));
  expect(await screen.findByTestId("device-code")).toHaveTextContent("K7QX-3MHP");
  expect(screen.getByText(/for another [45]:\d\d/)).toBeVisible();
  expect(screen.getByText("Open https://192.168.1.5:7400 on the new device and type this code:")).toBeVisible();
  expect(screen.getByRole("img", { name: "1. Trust the shop" })).toBeVisible();
  expect(screen.getByRole("img", { name: "2. Join" })).toBeVisible();
  expect(backend.added).toEqual([{ name: "Back room", kind: "terminal", readOnly: false }]);
  const first = backend.known[1];
  if (first !== undefined) backend.known = [...backend.known, { ...first, id: "new", name: "Back room", ordinal: 6 }];
  expect(await screen.findByText("Back room has joined.")).toBeVisible();
});

it("names a device, lets it stand in, and sends it away after asking", async () => {
  const backend = new FakeBackend(1);
  const user = await open(backend);
  await user.click(await screen.findByText("Safari on iPad, K7Q"));
  const drawer = within(await screen.findByRole("dialog"));
  expect(drawer.getByText("Last had everything")).toBeVisible();
  const name = drawer.getByRole("textbox", { name: "Name" });
  await user.clear(name);
  await user.type(name, "Counter 2");
  await user.click(drawer.getByRole("switch", { name: /May stand in/ }));
  await user.click(drawer.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(device("Counter 2")).toHaveTextContent("may stand in"));
  await user.click(screen.getByText("Counter 2"));
  await user.click(await screen.findByRole("button", { name: "Send away" }));
  expect(await screen.findByText("Send Counter 2 away?")).toBeVisible();
  expect(screen.getByText(/still has 7 to send/)).toBeVisible();
  await user.click(screen.getAllByRole("button", { name: "Send away" }).at(-1) ?? document.body);
  await waitFor(() => expect(screen.getByText("4 devices, 3 connected")).toBeVisible());
  await user.click(screen.getByRole("switch", { name: "Show removed (2)" }));
  expect(device("Counter 2")).toHaveTextContent("Sent away");
});

it("lets a cashier look, and nothing more", async () => {
  const user = await open(new FakeBackend(1), "Cleo Winter", "3333");
  await user.click(await screen.findByText("Till 1"));
  const drawer = within(await screen.findByRole("dialog"));
  expect(drawer.getByRole("textbox", { name: "Name" })).toBeDisabled();
  expect(drawer.queryByRole("button", { name: "Send away" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Add device" })).toBeNull();
});

it("says where the list is while the master is away", async () => {
  const backend = new FakeBackend(1);
  backend.setStatus({ connection: { state: "no_network" } });
  await open(backend);
  expect(await screen.findByText("The list of devices is at the main server")).toBeVisible();
});
