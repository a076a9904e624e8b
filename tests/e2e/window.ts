import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { By, Capabilities, WebDriver, type WebElement } from "selenium-webdriver";
import { Executor, HttpClient } from "selenium-webdriver/http";
import { expect } from "vitest";
import { freePort, type Person } from "./master";
import { IN_STEP_MS, PICTURES } from "./till";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const START_LIMIT_MS = 30_000;
const TRIES = 3;
/** The height of the display, which is more than that of the window. */
export const DISPLAY_HEIGHT = 832;
/** What the window manager takes for a wish to close the window in front. */
const CLOSE_WINDOW = "ctrl+alt+Escape";
const LOOK_EVERY_MS = 100;
/** A person types: what comes faster is taken for a scanner. */
const BETWEEN_KEYS_MS = 60;

/** A display that nobody looks at, with a session bus and a window manager, on which windows open. */
export class Desktop {
  readonly #display: ChildProcess;
  readonly #bus: ChildProcess;
  readonly #manager: ChildProcess;
  readonly env: NodeJS.ProcessEnv;

  private constructor(display: ChildProcess, bus: ChildProcess, env: NodeJS.ProcessEnv) {
    this.#display = display;
    this.#bus = bus;
    this.env = env;
    // Without one no window fills the screen, is closed, or has the keys. It wants a font, of which a bare display has one.
    this.#manager = spawn("evilwm", ["-fn", "fixed", "-bw", "0"], { stdio: "ignore", env });
  }

  static async open(): Promise<Desktop> {
    const display = spawn("Xvfb", ["-displayfd", "1", "-screen", "0", `1280x${String(DISPLAY_HEIGHT)}x24`, "-nolisten", "tcp"], { stdio: ["ignore", "pipe", "ignore"] });
    const bus = spawn("dbus-daemon", ["--session", "--print-address", "--nofork"], { stdio: ["ignore", "pipe", "ignore"] });
    const [number, address] = await Promise.all([firstLine(display), firstLine(bus)]);
    return new Desktop(display, bus, {
      ...process.env,
      DISPLAY: `:${number}`,
      DBUS_SESSION_BUS_ADDRESS: address,
      GDK_BACKEND: "x11",
      LIBGL_ALWAYS_SOFTWARE: "1",
      // Lets the driver into the web view.
      TAURI_AUTOMATION: "true",
      TAURI_WEBVIEW_AUTOMATION: "true",
    });
  }

  /** Presses keys, as somebody does who sits there: they reach the window in front. */
  keys(...keys: readonly string[]): void {
    this.#xdotool("key", ...keys);
  }

  /** Waits until the window in front is called so. */
  async inFront(title: string | RegExp): Promise<void> {
    await expect.poll(() => this.#xdotool("getwindowfocus", "getwindowname"), { timeout: IN_STEP_MS }).toMatch(title);
  }

  /** Closes the window in front, as its person does, once that is called so. */
  async closeWindow(title: string | RegExp): Promise<void> {
    await this.inFront(title);
    this.keys(CLOSE_WINDOW);
  }

  /** Nothing where no window is in front yet. */
  #xdotool(...args: readonly string[]): string {
    const done = spawnSync("xdotool", args, { encoding: "utf8", env: this.env });
    if (done.error !== undefined) throw new Error("xdotool is missing: run cargo xtask setup");
    return done.stdout.trim();
  }

  close(): void {
    this.#manager.kill();
    this.#bus.kill();
    this.#display.kill();
  }
}

/** A computer with the desktop till installed: its folder stays when its window is gone. */
export class DesktopTill {
  readonly home = mkdtempSync(join(tmpdir(), "tillsync-desktop-"));
  readonly #desktop: Desktop;
  readonly #program: string;
  #driver: ChildProcess | null = null;
  #window: WebDriver | null = null;

  /** The till is the program of a path, or the one that was built last. */
  constructor(desktop: Desktop, path?: string) {
    this.#desktop = desktop;
    this.#program = path ?? program();
  }

  /** Where the till keeps what it has. */
  get data(): string {
    return join(this.home, "data/org.tillsync.till");
  }

  get #env(): NodeJS.ProcessEnv {
    const folder = (name: string) => join(this.home, name);
    return { ...this.#desktop.env, HOME: this.home, XDG_DATA_HOME: folder("data"), XDG_CONFIG_HOME: folder("config"), XDG_CACHE_HOME: folder("cache") };
  }

  /**
   * Opens the till's window as whoever sits there would, who tries again when none comes: one that was just killed may
   * still be on the session's bus, and a second one ends for it.
   */
  async open(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error("no window came")), START_LIMIT_MS).unref());
      try {
        await Promise.race([this.#start(), late]);
        return;
      } catch (error) {
        this.#leave();
        if (tries === TRIES) throw error;
      }
    }
  }

  async #start(): Promise<void> {
    const port = await freePort();
    this.#driver = spawn("WebKitWebDriver", [`--port=${String(port)}`, "--host=127.0.0.1"], { stdio: "ignore", env: this.#env, detached: true });
    const server = `http://127.0.0.1:${String(port)}`;
    await expect.poll(async () => fetch(`${server}/status`).then((answer) => answer.ok, () => false), { timeout: START_LIMIT_MS }).toBe(true);
    // No name of a browser: the driver starts whatever program it is given.
    const capabilities = new Capabilities({ "webkitgtk:browserOptions": { binary: this.#program, args: [] } });
    this.#window = WebDriver.createSession(new Executor(new HttpClient(server)), capabilities);
    // A try that was given up is asked no more.
    this.#window.getSession().catch(() => undefined);
    await this.#window.getSession();
  }

  get window(): WebDriver {
    if (this.#window === null) throw new Error("the till's window is not open");
    return this.#window;
  }

  /** The process of the till itself. */
  pid(): number {
    const found = spawnSync("pgrep", ["--parent", String(this.#driver?.pid), "--full", this.#program], { encoding: "utf8" });
    const pid = Number(found.stdout.trim().split("\n")[0]);
    if (!(pid > 0)) throw new Error("the till does not run");
    return pid;
  }

  /** Ends the till at once, wherever it is, and whatever belongs to its window. */
  kill(): void {
    if (this.#driver?.pid === undefined) return;
    process.kill(this.pid(), "SIGKILL");
    this.#leave();
  }

  /** Waits until the till has ended by itself, which `pid` was. */
  async ends(pid: number): Promise<void> {
    await expect.poll(() => runs(pid), { timeout: IN_STEP_MS }).toBe(false);
    await this.close();
  }

  /** Closes the window without a question and the driver with it. */
  async close(): Promise<void> {
    await this.#window?.quit().catch(() => undefined);
    this.#leave();
  }

  async remove(): Promise<void> {
    await this.close();
    rmSync(this.home, { recursive: true, force: true });
  }

  #leave(): void {
    const driver = this.#driver;
    this.#driver = null;
    this.#window = null;
    if (driver?.pid === undefined) return;
    try {
      process.kill(-driver.pid, "SIGKILL");
    } catch {
      // Its group has ended by itself.
    }
  }

  /** Starts the till once more while it is open, and gives what became of that. */
  second(): { readonly code: number | null; readonly said: string } {
    const done = spawnSync(this.#program, [], { env: this.#env, encoding: "utf8", timeout: START_LIMIT_MS });
    return { code: done.status, said: `${done.stdout}${done.stderr}` };
  }

  /** The first element that an XPath names, once it is there. */
  async see(xpath: string, patience = IN_STEP_MS): Promise<WebElement> {
    const until = Date.now() + patience;
    for (;;) {
      const [found] = await this.window.findElements(By.xpath(xpath));
      if (found !== undefined && (await found.isDisplayed().catch(() => false))) return found;
      if (Date.now() > until) throw new Error(`${xpath} is not there:\n${await this.text()}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** Everything that can be read in the window. */
  async text(): Promise<string> {
    return this.window.executeScript<string>("return document.body.innerText");
  }

  /** Waits until something can be read in the window. */
  async reads(what: string): Promise<void> {
    await expect.poll(() => this.text(), { timeout: IN_STEP_MS }).toContain(what);
  }

  async press(name: string): Promise<void> {
    await (await this.see(`//button[normalize-space()=${quoted(name)} or @aria-label=${quoted(name)}]`)).click();
  }

  /** Types into the field with a label, in place of what is there. */
  async fill(label: string, text: string): Promise<void> {
    const field = await this.see(`//input[@id=//label[starts-with(normalize-space(), ${quoted(label)})]/@for]`);
    await this.window.executeScript("arguments[0].select()", field);
    for (const key of text) {
      await field.sendKeys(key);
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_KEYS_MS));
    }
  }

  /** Takes an option of the field with a label. */
  async choose(label: string, option: string): Promise<void> {
    await (await this.see(`//input[@id=//label[starts-with(normalize-space(), ${quoted(label)})]/@for]`)).click();
    await (await this.see(`//*[@role='option' and contains(., ${quoted(option)})]`)).click();
  }

  async tick(label: string): Promise<void> {
    await (await this.see(`//label[normalize-space()=${quoted(label)}]`)).click();
  }

  async join(address: string, code: string, name: string): Promise<void> {
    await this.fill("Address of the main server", address);
    await this.fill("Code", code);
    await this.fill("Name of this till", name);
    await this.press("Set up");
  }

  async login(person: Person): Promise<void> {
    await (await this.see(`//button[contains(., ${quoted(person.name)})]`)).click();
    for (const digit of person.pin) await this.press(digit);
    await this.press("Log in");
    await this.see("//nav[@aria-label='Screens']");
  }

  /** Sells one of the first product for exact cash and gives the receipt's number. */
  async sell(): Promise<string> {
    await this.fillCart();
    return this.pay();
  }

  async fillCart(): Promise<void> {
    await (await this.see("//*[@role='listbox' and @aria-label='Products']//*[@role='option']")).click();
    await this.see("//*[@data-testid='cart-line']");
  }

  /** Takes exact cash for what is in the cart; `otherwise` is what may be said instead of a receipt. */
  async pay(otherwise?: string): Promise<string> {
    await (await this.see("//button[contains(., 'Exact cash')]")).click();
    const refused = otherwise === undefined ? "" : ` | //*[contains(text(), ${quoted(otherwise)})]`;
    const done = await this.see(`//*[@data-testid='change-due']${refused}`);
    if (otherwise !== undefined && (await this.text()).includes(otherwise)) return "";
    const number = /S\d+-T\d+-E[\d.]+-\d+/.exec(await done.getText())?.[0];
    if (number === undefined) throw new Error(`no receipt: ${await done.getText()}`);
    return number;
  }

  /** Waits until the chip says so. */
  async says(word: RegExp): Promise<void> {
    const chip = () => this.window.findElement(By.css("[data-testid='connection-chip']")).getText();
    await expect.poll(chip, { timeout: IN_STEP_MS }).toMatch(word);
  }

  async go(screen: string): Promise<void> {
    await (await this.see(`//nav[@aria-label='Screens']//a[contains(., ${quoted(screen)})]`)).click();
  }

  /** Keeps a picture of the window, for people to look at. */
  async picture(name: string, folder = PICTURES): Promise<void> {
    // A frame drawn before what was just waited for may still be shown.
    await new Promise((resolve) => setTimeout(resolve, 500));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.png`), await this.window.takeScreenshot(), "base64");
  }
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function quoted(text: string): string {
  return `"${text}"`;
}

/** The first line that a program prints. */
async function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`it ended with ${String(code)}: ${said}`)));
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes("\n")) resolve(said.slice(0, said.indexOf("\n")));
    });
  });
}

/** The desktop till as it was built. */
function program(): string {
  const target = process.env["CARGO_TARGET_DIR"] ?? join(ROOT, "target");
  // Measurements ask for the build that ships.
  const builds = process.env["TILL_BUILD"]?.split(" ") ?? ["debug", "release"];
  const found = builds.map((profile) => join(target, profile, "tillsync")).find(existsSync);
  if (found === undefined) throw new Error(`no tillsync (${builds.join(" or ")}): cargo build --package tauri-app`);
  return found;
}
