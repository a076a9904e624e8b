import { Select, TextInput } from "@mantine/core";
import { useId } from "react";
import { t } from "../../i18n";
import type { PrinterConnection, PrinterPorts } from "../../sync/backend";
import classes from "./settings-screen.module.css";

const SPEEDS = ["9600", "19200", "38400", "57600", "115200"];

interface PlaceProps {
  readonly connection: PrinterConnection;
  readonly ports: PrinterPorts;
  readonly problem: (field: string) => string | null;
  readonly onChange: (connection: PrinterConnection) => void;
}

/** Where a printer of that kind is. */
export function PrinterPlace({ connection, ports, problem, onChange }: PlaceProps) {
  switch (connection.kind) {
    case "none":
      return null;
    case "network":
      return (
        <Typed
          label={t.printing.address}
          description={t.printing.addressHint}
          placeholder="192.168.1.9"
          value={connection.address}
          error={problem("address")}
          onChange={(address) => onChange({ ...connection, address })}
        />
      );
    case "serial":
      return (
        <>
          <Typed
            label={t.printing.port}
            known={ports.serial}
            value={connection.port}
            error={problem("port")}
            onChange={(port) => onChange({ ...connection, port })}
          />
          <Select
            label={t.printing.speed}
            data={SPEEDS.includes(String(connection.speed)) ? SPEEDS : [...SPEEDS, String(connection.speed)]}
            allowDeselect={false}
            value={String(connection.speed)}
            error={problem("speed")}
            onChange={(speed) => onChange({ ...connection, speed: Number(speed) })}
          />
        </>
      );
    case "usb":
      return (
        <Select
          className={classes.grow}
          label={t.printing.usb}
          data={ports.usb.map((printer) => ({ value: usbValue(printer), label: printer.name === "" ? usbValue(printer) : printer.name }))}
          description={ports.usb.length === 0 ? t.printing.usbNone : null}
          allowDeselect={false}
          value={usbValue(connection)}
          error={problem("usb")}
          onChange={(value) => {
            const chosen = ports.usb.find((printer) => usbValue(printer) === value);
            if (chosen !== undefined) onChange({ kind: "usb", vendor: chosen.vendor, product: chosen.product });
          }}
        />
      );
    case "file":
      return (
        <Typed
          label={t.printing.path}
          description={t.printing.pathHint}
          known={ports.files}
          value={connection.path}
          error={problem("path")}
          onChange={(path) => onChange({ ...connection, path })}
        />
      );
  }
}

interface TypedProps {
  readonly label: string;
  readonly description?: string;
  readonly placeholder?: string;
  /** Those that were found on this machine, to choose from. */
  readonly known?: readonly string[];
  readonly value: string;
  readonly error: string | null;
  readonly onChange: (value: string) => void;
}

/** A place that people type as it is. */
function Typed({ known = [], onChange, ...field }: TypedProps) {
  const list = useId();
  return (
    <>
      <TextInput
        className={classes.grow}
        list={list}
        autoComplete="off"
        spellCheck={false}
        {...field}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <datalist id={list}>{known.map((place) => <option key={place} value={place} />)}</datalist>
    </>
  );
}

/** What a form begins with: the first that is there. */
export function firstOf(kind: PrinterConnection["kind"], ports: PrinterPorts): PrinterConnection {
  switch (kind) {
    case "none":
      return { kind };
    case "network":
      return { kind, address: "" };
    case "serial":
      return { kind, port: ports.serial[0] ?? "", speed: 9_600 };
    case "usb":
      return { kind, vendor: ports.usb[0]?.vendor ?? 0, product: ports.usb[0]?.product ?? 0 };
    case "file":
      return { kind, path: ports.files[0] ?? "" };
  }
}

function usbValue(printer: { readonly vendor: number; readonly product: number }): string {
  return `${hex(printer.vendor)}:${hex(printer.product)}`;
}

function hex(id: number): string {
  return id.toString(16).padStart(4, "0");
}
