/** Where paper comes out, and what is asked of a printer. */

/** Where paper would come out now. */
export interface Printing {
  /**
   * `here`: this till's own printer. `master`: that of the till which is the main server. `nowhere`: only
   * the dialog of this device.
   */
  readonly place: "here" | "master" | "nowhere";
  /** How this till's printer is set up; `null` where it can have none, as in a browser. */
  readonly settings: PrinterSettings | null;
}

export interface PrinterSettings {
  readonly connection: PrinterConnection;
  /** Characters on a line: 48 or 42 on paper of 80 mm, 32 on paper of 58 mm. */
  readonly columns: number;
  /** Every sale made here is printed by itself. */
  readonly automatic: boolean;
  /** The cash drawer hangs on the printer, and opens when cash goes in or out. */
  readonly drawer: boolean;
}

export type PrinterConnection =
  | { readonly kind: "none" }
  /** A name or an address, with a port where that is not 9100. */
  | { readonly kind: "network"; readonly address: string }
  /** `speed` is in bits a second. */
  | { readonly kind: "serial"; readonly port: string; readonly speed: number }
  | { readonly kind: "usb"; readonly vendor: number; readonly product: number }
  /** A device of the system, or a file that what is printed is added to. */
  | { readonly kind: "file"; readonly path: string };

/** What a printer could be connected to on this computer. */
export interface PrinterPorts {
  readonly serial: readonly string[];
  readonly usb: readonly { readonly vendor: number; readonly product: number; readonly name: string }[];
  readonly files: readonly string[];
}

/**
 * Why a receipt is printed. `made`: it was made a moment ago, so the settings say whether it is printed and
 * the drawer opens; asking twice does it once. `first`: a person wants it, and where it came out before it
 * says that it is a copy. `copy`: it says so in any case.
 */
export type PrintOccasion = "made" | "first" | "copy";

export type Printed = "done" | "not_wanted";
