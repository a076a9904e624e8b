/**
 * The Debian packages, from their installation to their removal and back: the master runs as its unit says, the desktop
 * till as its entry in the menu does. `cargo xtask test --packages`.
 */
import { copyFileSync, existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { desktopEntry, done, judged, Package, Service } from "./installed";
import { Desktop, DesktopTill } from "./window";

const WHOLE_STORY_MS = 300_000;
/** Where others in the shop's network reach this machine; `own-machine` says so. */
const ADDRESS = "10.77.0.1";
const OWNER = { name: "Olga Owner", pin: "2468" };
/** What `systemd-analyze security` may hold against the unit, of 100; a service without options has 96. */
const EXPOSED_AT_MOST = "15";

let desktop: Desktop;

beforeAll(async () => {
  desktop = await Desktop.open();
});
afterAll(() => desktop.close());

it("is what Debian asks of packages", { timeout: WHOLE_STORY_MS }, () => {
  expect(new Package("tillsync").faults()).toEqual([]);
  expect(new Package("tillsync-master").faults()).toEqual([]);
});

it("installs a master and a till that sell together, and removing either keeps what was sold", { timeout: WHOLE_STORY_MS }, async () => {
  const [master, app] = [new Package("tillsync-master"), new Package("tillsync")];

  master.install();
  const service = new Service("tillsync-master");
  expect(judged("systemd-analyze", "verify", service.file)).toBe("");
  done("systemd-analyze", "security", "--offline=true", `--threshold=${EXPOSED_AT_MOST}`, service.file);
  const { uid, mode } = statSync(service.state);
  expect([uid, mode & 0o777]).toEqual([Number(done("id", "-u", service.setting("User"))), 0o700]);
  await service.start();
  expect((await fetch("http://127.0.0.1:7400/readyz")).status).toBe(200);
  expect(service.said).toContain(`https://${ADDRESS}:7400`);
  service.command("user", "add", OWNER.name, "--role", "owner", "--pin", OWNER.pin);
  const products = "/var/tmp/products.csv";
  writeFileSync(products, "code,name,price,stock\n10001,Tea,2.50,100\n10002,Coffee,3.20,100\n");
  service.command("import", products);

  app.install();
  const entry = "/usr/share/applications/Tillsync.desktop";
  expect(judged("desktop-file-validate", entry)).toBe("");
  const program = done("which", desktopEntry(entry, "Exec")).trim();
  const icons = ["32x32", "64x64", "128x128", "512x512"].map((size) => `/usr/share/icons/hicolor/${size}/apps/${desktopEntry(entry, "Icon")}.png`);
  expect(icons.filter((icon) => !existsSync(icon))).toEqual([]);

  const till = new DesktopTill(desktop, program);
  await till.open();
  await till.see("//h1[.='Set up this till']");
  await till.picture("desktop-installed-first-start");
  await till.join(`${ADDRESS}:7400`, service.command("enroll").trim(), "Counter");
  await till.see("//h2[.='Is this your main server?']");
  const shown = (await till.text()).replace(/\s/g, "");
  expect(shown).toContain(/fingerprint (.+)/.exec(service.said)?.[1]?.replace(/\s/g, ""));
  await till.picture("desktop-installed-compare");
  await till.press("It is the same");
  await till.login(OWNER);
  await till.says(/^Online$/);
  const receipts = [await till.sell()];
  await till.says(/^Online$/);

  // As `apt remove` does it: the service is stopped first.
  await service.stop();
  await till.says(/restarts|Offline/);
  const ledger = join(service.state, "ledger.sqlite");
  expect(master.remove()).toContain(service.state);
  expect([master.isInstalled, existsSync(service.file), existsSync(ledger)]).toEqual([false, false, true]);
  expect(master.purge()).toContain(service.state);
  expect(existsSync(ledger)).toBe(true);
  receipts.push(await till.sell());
  await till.says(/1 to send/);

  master.install();
  await service.start();
  await till.says(/^Online$/);
  await expect.poll(async () => (await till.text()).includes("to send")).toBe(false);
  await till.close();

  const kept = join(till.data, "till.sqlite");
  expect(app.remove()).toContain("~/.local/share/org.tillsync.till");
  expect([existsSync(program), existsSync(entry), existsSync(kept)]).toEqual([false, false, true]);
  app.install();
  await till.open();
  await till.login(OWNER);
  await till.go("Sales");
  for (const number of receipts) await till.reads(number);
  await till.picture("desktop-installed-again");

  // The machine is lost, and another one goes on from the backup, as docs/shop.md says.
  const user = service.setting("User");
  done("install", "-d", "-o", user, join(service.state, "backups"));
  const [backup, authority] = ["/var/tmp/evening.sqlite", "/var/tmp/authority.json"];
  expect(service.command("backup", join(service.state, "backups/evening.sqlite"))).toContain("verified");
  copyFileSync(join(service.state, "backups/evening.sqlite"), backup);
  copyFileSync(join(service.state, "authority.json"), authority);
  await service.stop();
  master.purge();
  rmSync(service.state, { recursive: true });
  await till.says(/Offline/);
  receipts.push(await sell(till));
  master.install();
  // Where there is systemd, the installation has started it.
  await service.start();
  await service.stop();
  done("install", "-o", user, "-m", "600", authority, service.state);
  done("chown", user, backup);
  expect(service.command("restore", backup, "--force")).toContain("generation 2");
  await service.start();
  await till.says(/^Online$/);
  await expect.poll(async () => (await till.text()).includes("to send")).toBe(false);
  await till.go("Sales");
  for (const number of receipts) await till.reads(number);
  await till.remove();
  await service.stop();
  expect(service.command("verify")).toContain("everything fits");
});

/** Sells one, wherever the window stands. */
async function sell(till: DesktopTill): Promise<string> {
  await till.go("Till");
  return till.sell();
}

it("installs a till that is the master of its shop, and hands the screens to browsers", { timeout: WHOLE_STORY_MS }, async () => {
  const app = new Package("tillsync");
  app.install();
  const till = new DesktopTill(desktop, "/usr/bin/tillsync");
  await till.open();
  await (await till.see("//label[.='Start a new shop']")).click();
  await till.fill("Name of the shop", "Corner shop");
  await till.fill("Your name", OWNER.name);
  await till.fill("Your PIN", OWNER.pin);
  await till.fill("Your PIN again", OWNER.pin);
  await till.press("Start the shop");
  await till.login(OWNER);
  await till.says(/^Online$/);
  await till.go("Settings");
  await till.reads("Fingerprint");
  const port = /127\.0\.0\.1:(\d+)/.exec(await till.text())?.[1] ?? "";
  const page = await fetch(`http://127.0.0.1:${port}/`);
  expect([page.status, (await page.text()).includes('<div id="root">')]).toEqual([200, true]);
  await till.remove();
  app.purge();
});
