//! What a till prints with, and what it asks of it.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// A printer and how it is used: a setting of the place a till runs in, nobody's record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct PrinterSettings {
    /// How it is reached.
    pub connection: PrinterConnection,
    /// So many characters go on a line: 48 or 42 on paper of 80 mm, 32 on paper of 58 mm.
    pub columns: u8,
    /// Whether every sale made here is printed by itself.
    pub automatic: bool,
    /// Whether the cash drawer, which hangs on the printer, opens when cash goes in or out.
    pub drawer: bool,
}

/// How a printer is reached: in the network (a name or an address, with a port where that is not 9100), at
/// a serial port (`speed` in bits a second), at USB, or as a device of the system or a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PrinterConnection {
    /// There is none.
    None,
    /// In the network.
    Network {
        /// Its name or address, with a port where that is not 9100.
        address: String,
    },
    /// At a serial port.
    Serial {
        /// The port, such as `/dev/ttyS0` or `COM3`.
        port: String,
        /// Its speed in bits a second.
        speed: u32,
    },
    /// At USB, spoken to without a driver of the system.
    Usb {
        /// Who made it.
        vendor: u16,
        /// Which model it is.
        product: u16,
    },
    /// A device of the system, such as `/dev/usb/lp0`, or a file that what is printed is added to.
    File {
        /// Where it is, from the root.
        path: String,
    },
}

impl Default for PrinterSettings {
    fn default() -> Self {
        Self {
            connection: PrinterConnection::None,
            columns: 42,
            automatic: false,
            drawer: false,
        }
    }
}

/// What a printer could be connected to here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct PrinterPorts {
    /// Serial ports by their names.
    pub serial: Vec<String>,
    /// Printers at USB.
    pub usb: Vec<UsbPrinter>,
    /// Devices of the system that printers are written to.
    pub files: Vec<String>,
}

/// A printer at USB, as it says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct UsbPrinter {
    /// Who made it, as a number.
    pub vendor: u16,
    /// Which model it is, as a number.
    pub product: u16,
    /// Both in words.
    pub name: String,
}

/// One thing a printer is asked for. Structured: what a printer takes is made where the printer is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintJob {
    /// What stands on the paper; nothing where only the drawer opens.
    #[serde(default)]
    pub paper: Option<Paper>,
    /// How the shop writes its money.
    pub figures: Figures,
    /// Who wants it.
    #[serde(default)]
    pub wanted: Wanted,
    /// Whether cash went in or out, so that the drawer opens where one is set up.
    #[serde(default)]
    pub cash: bool,
}

/// What stands on a paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Paper {
    /// A receipt of a sale or a refund.
    Receipt {
        /// As screens show it.
        receipt: Json,
        /// Whether it was handed out before: then it says so.
        copy: bool,
    },
    /// An X or Z report.
    Report {
        /// As screens show it.
        report: Json,
    },
    /// What shows that a printer is set up well.
    Test {
        /// What the shop is called.
        shop: String,
    },
}

/// How a shop writes its money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// ISO 4217.
    pub currency: String,
    /// Digits after the point.
    pub exponent: u8,
    /// BCP 47.
    pub locale: String,
}

/// Who wants something printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// A person, now.
    #[default]
    Asked,
    /// Nobody asked: a sale was made, and the settings say whether that is printed.
    Sold,
}

/// How a print ended that did not fail. `not_wanted`: the settings say that this is not printed by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Printed {
    /// The printer has it.
    Done,
    /// The settings say that this is not printed by itself.
    NotWanted,
}
