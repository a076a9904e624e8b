import { fileURLToPath } from "node:url";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Everything these tests import belongs to the web app's own packages. */
const packages = ["axe-core", "playwright-core", "selenium-webdriver"].map((name) => ({
  find: name,
  replacement: here(`../../web/node_modules/${name}`),
}));

/** What runs instead of the tests in a browser: the desktop till's window, the packages, the measurements, the long run. */
const OTHERS: Readonly<Record<string, string>> = {
  desktop: "desktop.ts",
  "desktop-soak": "desktop-soak.ts",
  measure: "measure.ts",
  "measure-desktop": "measure-desktop.ts",
  packages: "packages.ts",
  screenshots: "screenshots.ts",
  soak: "soak.ts",
};

/** Which builds of the programs are measured; tests take whatever was built. */
const SHIPPED: Readonly<Record<string, Record<string, string>>> = {
  measure: { MASTER_BUILD: "release" },
  "measure-desktop": { MASTER_BUILD: "installed", TILL_BUILD: "installed" },
};

export default ({ mode }: { mode: string }) => ({
  root: here("."),
  resolve: { alias: packages },
  cacheDir: here("../../web/node_modules/.vite-e2e"),
  test: {
    include: [OTHERS[mode] ?? "*.spec.ts"],
    globals: true,
    // Measured is what ships: a slower master would take the page's time on the same processors.
    env: SHIPPED[mode] ?? {},
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Each file has a master and a browser of its own; together they would share two cores.
    fileParallelism: false,
    // What is waited for comes in milliseconds; on a busy machine it may take seconds.
    expect: { poll: { timeout: 20_000, interval: 50 } },
  },
});
