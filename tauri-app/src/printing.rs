//! The printer of this till: what is asked for as a [`till::PrintJob`] becomes what printers take,
//! ESC/POS, and goes there one after the other, beside the till's own thread.

mod deliver;
mod error;
mod figures;
mod network;
mod paper;
mod ports;
mod queue;
mod receipt;
mod report;
mod settings;
mod text;

pub use error::PrintError;
pub use paper::{Pulse, render};
pub(crate) use ports::ports;
pub(crate) use queue::{From, Printer};
pub(crate) use settings::checked;
