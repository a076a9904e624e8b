/**
 * Pictures of every screen in mock mode, to look at, and what axe finds on each: `npm run dev:mock -- --port 5199`, then
 * `node e2e/screenshots.mjs [http://localhost:5199] [folder]`.
 */
import { mkdir } from "node:fs/promises";
import axe from "axe-core";
import { chromium } from "playwright-core";

const base = process.argv[2] ?? "http://localhost:5199";
const folder = process.argv[3] ?? "test-results/screens";
const only = process.argv[4];

const SIZES = [
  { name: "1280", width: 1280, height: 800 },
  { name: "1024", width: 1024, height: 768 },
  { name: "768", width: 768, height: 1024 },
];

async function login(page) {
  await page.getByText("Cleo Winter").click();
  await page.keyboard.type("3333");
  await page.keyboard.press("Enter");
  await page.getByRole("navigation").waitFor();
}

async function manager(page, screen) {
  await page.getByText("Marco Rossi").click();
  await page.keyboard.type("2222");
  await page.keyboard.press("Enter");
  await page.getByRole("navigation").getByRole("link", { name: screen }).click();
  await page.waitForTimeout(600);
}

async function scan(page, code) {
  await page.keyboard.type(code, { delay: 2 });
  await page.keyboard.press("Enter");
  await page.waitForTimeout(150);
}

async function fill(page) {
  for (const code of ["20000", "20005", "20005", "20021", "20022", "20022", "20022"]) await scan(page, code);
}

const SHOTS = {
  login: async () => {},
  pin: async (page) => {
    await page.getByText("Cleo Winter").click();
    await page.keyboard.type("0000");
    await page.keyboard.press("Enter");
    await page.waitForTimeout(200);
  },
  till: async (page) => {
    await login(page);
    await page.waitForTimeout(300);
  },
  cart: async (page) => {
    await login(page);
    await fill(page);
    await scan(page, "99999999");
    const toggle = page.getByTestId("cart-toggle");
    if (await toggle.isVisible()) await toggle.click();
    await page.waitForTimeout(200);
  },
  pay: async (page) => {
    await login(page);
    await fill(page);
    await page.keyboard.press("F9");
    await page.waitForTimeout(500);
  },
  change: async (page) => {
    await login(page);
    await fill(page);
    await page.keyboard.press("F9");
    await page.waitForTimeout(500);
    await page.keyboard.type("100", { delay: 90 });
    await page.waitForTimeout(100);
    await page.keyboard.press("Enter");
    await page.waitForTimeout(400);
    const toggle = page.getByTestId("cart-toggle");
    if (await toggle.isVisible()) await toggle.click();
    await page.waitForTimeout(200);
  },
  discount: async (page) => {
    await login(page);
    await fill(page);
    await page.keyboard.press("F7");
    await page.waitForTimeout(400);
  },
  override: async (page) => {
    await login(page);
    await fill(page);
    await page.keyboard.type("1", { delay: 50 });
    await page.waitForTimeout(120);
    await page.keyboard.press("F3");
    await page.waitForTimeout(400);
  },
  receipt: async (page) => {
    await login(page);
    await fill(page);
    await page.keyboard.press("F10");
    await page.waitForTimeout(300);
    const toggle = page.getByTestId("cart-toggle");
    if (await toggle.isVisible()) await toggle.click();
    await page.getByRole("button", { name: "Receipt", exact: true }).click();
    await page.waitForTimeout(400);
  },
  sales: async (page) => {
    await login(page);
    for (let i = 0; i < 4; i += 1) {
      await fill(page);
      await page.keyboard.press("F10");
      await page.waitForTimeout(200);
    }
    await page.getByRole("link", { name: "Sales" }).click();
    await page.waitForTimeout(300);
    await page.locator('[data-index="0"]').click();
    await page.waitForTimeout(400);
  },
  refund: async (page) => {
    await SHOTS.sales(page);
    await page.getByRole("button", { name: "Refund" }).click();
    await page.waitForTimeout(300);
    await page.getByRole("button", { name: "All lines" }).click();
    await page.waitForTimeout(300);
  },
  products: async (page) => {
    await page.getByText("Marco Rossi").click();
    await page.keyboard.type("2222");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Products" }).click();
    await page.waitForTimeout(500);
  },
  product: async (page) => {
    await SHOTS.products(page);
    await page.locator('[data-index="3"]').click();
    await page.waitForTimeout(400);
  },
  staff: async (page) => {
    await page.getByText("Marco Rossi").click();
    await page.keyboard.type("2222");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Staff" }).click();
    await page.waitForTimeout(300);
    await page.locator('[data-index="2"]').click();
    await page.waitForTimeout(400);
  },
  audit: async (page) => {
    await manager(page, "Audit");
    await page.locator('[role="rowgroup"]').last().evaluate((list) => list.scrollTo(0, 1e6));
    await page.waitForTimeout(200);
    await page.getByRole("row", { name: /Product changed/ }).first().click();
    await page.waitForTimeout(400);
  },
  auditlist: async (page) => {
    await manager(page, "Audit");
  },
  auditoffline: async (page) => {
    await page.goto(`${base}/?state=offline`);
    await manager(page, "Audit");
  },
  devices: async (page) => {
    await manager(page, "Devices");
  },
  device: async (page) => {
    await manager(page, "Devices");
    await page.getByText("Safari on iPad").click();
    await page.waitForTimeout(400);
  },
  adddevice: async (page) => {
    await manager(page, "Devices");
    await page.getByRole("button", { name: "Add device" }).click();
    await page.waitForTimeout(300);
    await page.getByRole("button", { name: "Show code" }).click();
    await page.waitForTimeout(400);
  },
  lookup: async (page) => {
    await manager(page, "Sales");
    await page.keyboard.press("F2");
    await page.keyboard.type("S01-T01-E1-000007", { delay: 60 });
    await page.waitForTimeout(400);
  },
  offline: async (page) => {
    await page.goto(`${base}/?state=offline`);
    await login(page);
    await fill(page);
    await page.getByTestId("connection-chip").click();
    await page.waitForTimeout(300);
  },
  inspector: async (page) => {
    await page.goto(`${base}/?state=offline`);
    await login(page);
    await page.getByRole("link", { name: "Sync" }).click();
    await page.waitForTimeout(500);
  },
  attention: async (page) => {
    await page.goto(`${base}/?state=attention`);
    await login(page);
    await page.getByRole("link", { name: "Sync" }).click();
    await page.waitForTimeout(500);
  },
  drawer: async (page) => {
    await manager(page, "Drawer");
  },
  drawerfull: async (page) => {
    await page.goto(`${base}/?state=drawer`);
    await manager(page, "Drawer");
    await page.getByRole("button", { name: /T03 · Z 12/ }).click();
    await page.waitForTimeout(300);
  },
  drawercount: async (page) => {
    await page.goto(`${base}/?state=drawer`);
    await manager(page, "Drawer");
    await page.getByRole("button", { name: "Count and close" }).click();
    await page.waitForTimeout(300);
    await page.getByLabel("How many of £50.00").fill("2");
    await page.getByLabel("How many of £10.00").fill("1");
    await page.waitForTimeout(200);
  },
  drawerclose: async (page) => {
    await SHOTS.drawercount(page);
    await page.keyboard.press("Enter");
    await page.waitForTimeout(400);
  },
  stock: async (page) => {
    await page.goto(`${base}/?state=stock`);
    await manager(page, "Stock");
    await page.getByText("White hanging heart T-light holder").first().click();
    await page.waitForTimeout(400);
  },
  "stock-receive": async (page) => {
    await SHOTS.stock(page);
    await page.getByRole("button", { name: "Receive" }).click();
    await page.getByLabel("How many arrived?").fill("12");
    await page.getByLabel("Lot").fill("24-131");
    await page.waitForTimeout(300);
  },
  expiring: async (page) => {
    await page.goto(`${base}/?state=stock`);
    await manager(page, "Stock");
    await page.getByText("Expiring soon").click();
    await page.waitForTimeout(400);
  },
  "write-off": async (page) => {
    await SHOTS.expiring(page);
    await page.getByRole("button", { name: "Write off" }).first().click();
    await page.waitForTimeout(300);
  },
  batches: async (page) => {
    await page.goto(`${base}/?state=stock`);
    await login(page);
    for (const code of ["20000", "20001", "20006", "20021"]) await scan(page, code);
    const toggle = page.getByTestId("cart-toggle");
    if (await toggle.isVisible()) await toggle.click();
    await page.getByText("White hanging heart").last().click();
    await page.waitForTimeout(300);
  },
  "batch-choice": async (page) => {
    await SHOTS.batches(page);
    await page.keyboard.press("Control+b");
    await page.waitForTimeout(400);
  },
  customers: async (page) => {
    await page.goto(`${base}/?state=customers`);
    await manager(page, "Customers");
    await page.getByText("Robin Fletcher").click();
    await page.waitForTimeout(400);
  },
  customerform: async (page) => {
    await SHOTS.customers(page);
    await page.getByRole("button", { name: "Edit" }).click();
    await page.waitForTimeout(400);
  },
  customerpay: async (page) => {
    await SHOTS.customers(page);
    await page.getByRole("button", { name: "Take a payment" }).click();
    await page.waitForTimeout(400);
  },
  customertill: async (page) => {
    await page.goto(`${base}/?state=customers`);
    await login(page);
    await fill(page);
    await page.keyboard.press("F6");
    await page.getByText("Kim & Sons Café").waitFor();
    await page.waitForTimeout(300);
  },
  creditpay: async (page) => {
    await SHOTS.customertill(page);
    await page.getByText("Robin Fletcher").click();
    await page.waitForTimeout(300);
    await page.keyboard.press("F9");
    await page.waitForTimeout(500);
  },
  settings: async (page) => {
    await login(page);
    await page.getByRole("link", { name: "Settings" }).click();
    await page.waitForTimeout(400);
  },
  help: async (page) => {
    await login(page);
    await page.keyboard.press("?");
    await page.waitForTimeout(300);
  },
  enrol: async (page) => {
    await page.goto(`${base}/?state=enrol`);
    await page.waitForTimeout(400);
  },
  othertab: async (page) => {
    await page.goto(`${base}/?state=other_tab`);
    await page.waitForTimeout(400);
  },
};

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const size of SIZES) {
  for (const scheme of ["light", "dark"]) {
    for (const [name, prepare] of Object.entries(SHOTS)) {
      if (only !== undefined && !`${name}-${size.name}-${scheme}`.match(new RegExp(only))) continue;
      const context = await browser.newContext({ viewport: size, colorScheme: scheme });
      const page = await context.newPage();
      page.on("pageerror", (error) => console.log(`${name} ${size.name}: ${error.message}`));
      page.on("console", (message) => {
        if (message.type() === "error") console.log(`${name} ${size.name}: console ${message.text()}`);
      });
      await page.goto(base);
      try {
        await prepare(page);
      } catch (error) {
        console.log(`${name} ${size.name}: ${error.message.split("\n")[0]}`);
      }
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      for (const { id, impact, nodes } of violations) {
        console.log(`${name} ${size.name} ${scheme}: axe ${impact} ${id} ${nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | ")}`);
      }
      await page.screenshot({ path: `${folder}/${name}-${size.name}-${scheme}.png` });
      await context.close();
    }
  }
}
await browser.close();
