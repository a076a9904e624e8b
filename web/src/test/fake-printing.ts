import type { Id, Printed, PrinterPorts, PrinterSettings, Printing, PrintOccasion } from "../sync/backend";
import { BackendError } from "../sync/backend-error";
import { FakeDrawer } from "./fake-drawer";

export const NETWORK_PRINTER: PrinterSettings = {
  connection: { kind: "network", address: "192.168.1.9:9100" },
  columns: 42,
  automatic: true,
  drawer: true,
};

/** The printer of the fake backend: it keeps what it was asked for, and fails as it is told. */
export class FakePrinting extends FakeDrawer {
  paper: Printing = { place: "nowhere", settings: null };
  /** Why it does not print. */
  jam: BackendError | null = null;
  readonly printed: { readonly what: string; readonly occasion: PrintOccasion | null }[] = [];

  printing = () => Promise.resolve(this.paper);
  setPrinter(settings: PrinterSettings): Promise<void> {
    if (settings.connection.kind === "network" && settings.connection.address === "") {
      return Promise.reject(new BackendError({ code: "bad_printer", class: "invalid", message: "This is no address of a printer.", field: "address" }));
    }
    this.paper = { place: settings.connection.kind === "none" ? "nowhere" : "here", settings };
    return Promise.resolve();
  }
  printerPorts = (): Promise<PrinterPorts> =>
    Promise.resolve({ serial: ["/dev/ttyS0"], usb: [{ vendor: 1208, product: 3605, name: "EPSON TM-T20III" }], files: ["/dev/usb/lp0"] });
  printTestPage = () => this.#print("test", null).then(() => undefined);
  printReceipt(id: Id, occasion: PrintOccasion): Promise<Printed> {
    if (occasion === "made" && this.paper.settings?.automatic !== true) return Promise.resolve("not_wanted");
    return this.#print(id, occasion);
  }
  printReport = (session: Id) => this.#print(session, null);
  async openCashDrawer(id: Id, reason: string): Promise<void> {
    await this.openedWithoutSale(id, reason);
    await this.#print("drawer", null);
  }

  #print(what: string, occasion: PrintOccasion | null): Promise<Printed> {
    this.printed.push({ what, occasion });
    return this.jam === null ? Promise.resolve("done") : Promise.reject(this.jam);
  }
}
