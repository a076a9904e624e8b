//! A till as its screens know it: `sync-client` and `retail` together, behind calls by name.
//!
//! `web/src/sync/backend.ts` says what each method means. A [`Till`] answers them wherever it runs:
//! in a browser's worker behind `web-client`, in the desktop app behind its commands. What differs
//! between the two is a [`Host`]. Nothing here is shared between threads: whoever has several gives
//! the till one of its own.

mod address;
mod audit;
mod call;
mod catalogue;
mod customers;
mod devices;
mod docs;
mod drawer;
mod error;
mod history;
mod host;
mod hosting;
mod import;
mod inbox;
mod inspect;
mod kept;
mod listening;
mod lookup;
mod master;
mod people;
mod printer;
mod printing;
mod receipts;
mod refunds;
mod reserving;
mod selling;
mod status;
mod stock;
mod till;
#[cfg(feature = "types")]
mod types;

pub use address::{InvalidAddress, MasterAddress, is_loopback, master_address};
pub use call::METHODS;
pub use error::{ErrorClass, Invalid, TillError};
pub use host::{FirewallHint, Host, Hosting, HostingLan, Later, NearbyMaster, NewShop, Work};
pub use listening::Listening;
pub use printer::{
    Figures, Paper, PrintJob, Printed, PrinterConnection, PrinterPorts, PrinterSettings,
    UsbPrinter, Wanted,
};
pub use status::StatusView;
pub use till::Till;
#[cfg(feature = "types")]
pub use types::generated as generated_types;
