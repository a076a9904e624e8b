use std::fs;

use nusb::MaybeFuture;
use till::{PrinterPorts, UsbPrinter};

/// The class of an interface that printers have.
const PRINTER: u8 = 7;
/// Where Linux has printers at USB for which it has a driver.
const DEVICES: &str = "/dev/usb";

/// What a printer could be connected to on this computer. What cannot be looked at is left out: a
/// person can type where the printer is.
pub(crate) fn ports() -> PrinterPorts {
    let serial = serialport::available_ports().unwrap_or_default();
    let mut serial: Vec<String> = serial.into_iter().map(|port| port.port_name).collect();
    serial.sort();
    let usb = nusb::list_devices().wait();
    let usb = usb.into_iter().flatten().filter(|device| {
        let mut parts = device.interfaces();
        parts.any(|part| part.class() == PRINTER)
    });
    let usb = usb.map(|device| UsbPrinter {
        vendor: device.vendor_id(),
        product: device.product_id(),
        name: [device.manufacturer_string(), device.product_string()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
    });
    PrinterPorts {
        serial,
        usb: usb.collect(),
        files: files(),
    }
}

fn files() -> Vec<String> {
    let entries = fs::read_dir(DEVICES).into_iter().flatten().flatten();
    let mut files: Vec<String> = entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("lp"))
        .map(|entry| entry.path().display().to_string())
        .collect();
    files.sort();
    files
}
