import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { FakeBackend } from "../../test/fake-backend";
import { loginAs, renderApp } from "../../test/render-app";

const CHANGED = {
  action: "edit_product",
  actor: "sam",
  actorName: "Sam O'Neill",
  device: "till-2",
  records: [
    {
      collection: "products",
      id: "product-0",
      label: "Lantern",
      step: "changed",
      changes: [
        { field: "price", as: "money", was: 255, is: 275 },
        { field: "reorder_level", as: "quantity", was: null, is: 12_000 },
      ],
    },
  ],
} as const;

/** A line of the list: the same words are choices of the filters. */
const line = (text: string) => within(screen.getByRole("table", { name: "Audit" })).findByText(text);

async function open(backend: FakeBackend) {
  const user = await renderApp(backend);
  await loginAs(user, "Marco Rossi", "2222");
  await user.click(screen.getByRole("link", { name: "Audit" }));
  return user;
}

it("is not offered on a device that only looks, and says so where its address is opened", async () => {
  const backend = new FakeBackend(1);
  backend.write(CHANGED);
  const user = await open(backend);
  await screen.findByText("1 entry");
  backend.setStatus({ device: { id: "here", name: "Wall", kind: "dashboard", readOnly: true } });
  expect(await screen.findByText("Not on this device")).toBeVisible();
  expect(screen.queryByRole("link", { name: "Audit" })).toBeNull();
  // The new name is told as well.
  expect(await screen.findByText("This device is called Wall from now on")).toBeVisible();
  await user.click(screen.getByRole("link", { name: "Sales" }));
  expect(backend.looks.filter((look) => (look.after ?? null) === null)).toHaveLength(1);
});

it("says what a field was and is, as people write it, and what was refused and why", async () => {
  const backend = new FakeBackend(1);
  backend.write(CHANGED);
  backend.write({ verdict: "rejected", reasons: ["Stock clerks may not change prices."], actor: "sam", actorName: "Sam O'Neill" });
  const user = await open(backend);
  await user.click(await screen.findByRole("button", { name: /^Product changed ?Lantern/ }));
  const entry = within(await screen.findByTestId("audit-entry"));
  expect(entry.getByText("Sam O'Neill")).toBeVisible();
  expect(entry.getByText("Safari on iPad, K7Q")).toBeVisible();
  const [price, reorder] = entry.getAllByRole("row").slice(1).map((row) => row.textContent);
  expect(price).toBe("Price£2.55£2.75");
  expect(reorder).toBe("Reorder levelnothing12");
  await user.click(screen.getByRole("button", { name: /^Product changed · Refused/ }));
  expect(await screen.findByText("Stock clerks may not change prices.")).toBeVisible();
});

it("shows what is written meanwhile, and asks for it as the same look", async () => {
  const backend = new FakeBackend(1);
  backend.write(CHANGED);
  await open(backend);
  await screen.findByText("1 entry");
  backend.write({ action: "enrolled", actor: null, actorName: null });
  expect(await line("Device joined")).toBeVisible();
  expect(backend.looks.filter((look) => (look.after ?? null) === null)).toHaveLength(1);
});

it("filters by who and by record, and says when nothing matches", async () => {
  const backend = new FakeBackend(1);
  backend.write(CHANGED);
  backend.write({ action: "enrolled", actor: null, actorName: null });
  const user = await open(backend);
  await user.click(await screen.findByRole("button", { name: /^Product changed/ }));
  await user.click(await screen.findByRole("button", { name: "Its history" }));
  expect(await screen.findByText("1 entry")).toBeVisible();
  expect(backend.looks.at(-1)?.record).toBe("product-0");
  await user.click(screen.getByRole("button", { name: "Clear filters" }));
  await line("Device joined");
  await user.type(screen.getByRole("textbox", { name: "Search what was changed" }), "umbrella");
  expect(await screen.findByText("No entry matches")).toBeVisible();
});

it("says in words how a device was connected and why one was turned away", async () => {
  const backend = new FakeBackend(1);
  backend.write({
    action: "session",
    actor: null,
    actorName: null,
    device: "till-2",
    about: { address: "192.168.1.20", road: "socket", since: 1_767_225_600_000, until: 1_767_225_690_000, from_position: 4, to_position: 9, sent: 3, ended: "lost" },
  });
  backend.write({ action: "hello_refused", actor: null, actorName: null, about: { code: "unauthenticated", address: "192.168.1.66" } });
  const user = await open(backend);
  await user.click(await screen.findByRole("button", { name: /^Device connected/ }));
  const entry = within(await screen.findByTestId("audit-entry"));
  for (const text of ["192.168.1.20", "a lasting connection", "the connection was lost", "Safari on iPad, K7Q"]) {
    expect(entry.getByText(text)).toBeVisible();
  }
  await user.click(screen.getByRole("button", { name: /^Device not let in/ }));
  expect(await screen.findByText("it is not known here, or its access was taken away")).toBeVisible();
  expect(screen.getByText("192.168.1.66")).toBeVisible();
});

it("keeps what it has while the master is away, and says why there is nothing before", async () => {
  const backend = new FakeBackend(1);
  backend.setStatus({ connection: { state: "server_unreachable", attempt: 3, nextRetryAt: null } });
  backend.write(CHANGED);
  await open(backend);
  expect(await screen.findByText("The audit is at the main server")).toBeVisible();
  backend.setStatus({ connection: { state: "online" } });
  expect(await screen.findByText("1 entry")).toBeVisible();
  expect(await line("Product changed")).toBeVisible();
});

it("is not there for who may not look", async () => {
  const user = await renderApp(new FakeBackend(1));
  await loginAs(user, "Cleo Winter", "3333");
  expect(screen.queryByRole("link", { name: "Audit" })).toBeNull();
  expect(screen.getByRole("link", { name: "Devices" })).toBeVisible();
});
