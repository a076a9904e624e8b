// A dashboard in another program's page: live sales and stock on a device that only looks.
import { Client, init } from "../dist/index.js";

const DAY_MS = 86_400_000;
const STATES = {
  no_network: "No network: showing what was here last",
  connecting: "Connecting …",
  checking: "Checking the connection …",
  online: "Live",
  server_unreachable: "The master cannot be reached: showing what was here last",
  paused: "This dashboard is not let in: join again",
  draining: "The master is about to stop",
  storage: "This browser does not keep data",
  other_tab: "Another tab shows this dashboard",
  failed: "Something broke: reload the page",
};

const at = (id) => document.getElementById(id);
const when = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const money = (minor) => (minor / 100).toFixed(2);

await init();
const known = JSON.parse(localStorage.getItem("shop") ?? "null");
if (known === null) {
  at("status").textContent = "Not in a shop yet";
  at("join").hidden = false;
} else {
  await show(await Client.open(known));
}

at("join").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const url = String(form.get("url")).replace(/\/$/, "");
  at("refused").textContent = "";
  let client;
  try {
    // What the collections are is kept: the page then starts without the master too.
    const schema = await (await fetch(`${url}/v1/schema`)).json();
    const options = { url, schema, deviceKind: "dashboard", deviceName: "Dashboard", app: "example" };
    client = await Client.open(options);
    await client.enroll(String(form.get("code")).trim(), "Dashboard");
    localStorage.setItem("shop", JSON.stringify(options));
    at("join").hidden = true;
    await show(client);
  } catch (error) {
    at("refused").textContent = error.message;
    await client?.close();
  }
});

async function show(client) {
  at("board").hidden = false;
  client.onStatus(({ connection, firstSync }) => {
    const part = firstSync?.total ? `, ${Math.floor((100 * firstSync.done) / firstSync.total)} % here` : "";
    at("status").textContent = STATES[connection.state] + part;
  });
  const midnight = new Date().setHours(0, 0, 0, 0);
  const today = [
    { field: "sold_at", op: "gte", value: midnight },
    { field: "sold_at", op: "lte", value: midnight + DAY_MS },
  ];
  client.subscribe({ collection: "sales", filter: today, fields: ["total"] }, ({ items, total }) => {
    at("count").textContent = total;
    at("sold").textContent = money(items.reduce((sum, { doc }) => sum + doc.total, 0));
  });
  const newest = { collection: "sales", sort: { field: "sold_at", desc: true }, limit: 12 };
  client.subscribe(newest, ({ items }) => {
    const row = ({ doc }) => [doc.number, when.format(doc.sold_at), doc.employee_name ?? "", money(doc.total)];
    fill("sales", items.map(row));
  });
  const lowest = { collection: "stock_levels", sort: { field: "on_hand" }, limit: 12 };
  client.subscribe(lowest, async ({ items }) => {
    const row = async ({ doc }) => {
      const product = await client.get("products", doc.product);
      return [product?.doc.name ?? "A product", doc.on_hand / 1000];
    };
    fill("stock", await Promise.all(items.map(row)));
  });
}

function fill(id, rows) {
  const lines = rows.map((cells) => {
    const line = document.createElement("tr");
    line.append(...cells.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
    return line;
  });
  at(id).replaceChildren(...lines);
}
