use std::future::ready;

use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};
use sync_client::Client;
use sync_client::platform::watch;
use sync_core::Millis;

use crate::TillError;
use crate::address::MasterAddress;
use crate::printer::{PrintJob, Printed, PrinterPorts, PrinterSettings};

/// An answer that takes a while, on the till's own thread.
pub type Later<'a, T> = LocalBoxFuture<'a, Result<T, TillError>>;

/// Whether a till works here.
#[derive(Clone)]
pub enum Work {
    /// Its database is being opened.
    Opening,
    /// Another tab works.
    Waiting {
        /// Since when this one waits.
        since: Millis,
    },
    /// It works.
    Active(Client),
    /// It cannot work.
    Failed {
        /// Since when.
        since: Millis,
        /// Why, for people.
        error: TillError,
    },
    /// It was closed.
    Closed,
}

/// A master that runs in the same place as the till.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Hosting {
    /// The shop has its master elsewhere.
    Elsewhere,
    /// It is this till's, and was stopped by somebody.
    Stopped,
    /// It works.
    Running {
        /// Its base address.
        address: String,
        /// How other machines reach it, where they do.
        lan: Option<HostingLan>,
    },
    /// It should and cannot.
    Failed {
        /// Why, and what to do, for people.
        message: String,
    },
}

/// How other machines reach a master that runs here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HostingLan {
    /// Base addresses, the likeliest first.
    pub addresses: Vec<String>,
    /// The page where tablets and browsers begin; absent where this machine is in no network.
    pub page: Option<String>,
    /// What the authority of the store is known by, in groups for people.
    pub fingerprint: Vec<String>,
}

/// A shop that begins. Not to be written into logs: it has a PIN in it.
#[derive(Clone, Deserialize)]
pub struct NewShop {
    /// What people call it.
    pub shop: String,
    /// Its owner, who may do everything.
    pub person: String,
    /// What they log in with: 4 to 8 digits.
    pub pin: String,
}

/// What a till needs of the place it runs in.
pub trait Host {
    /// Whether the till works here, now and from now on.
    fn work(&self) -> watch::Receiver<Work>;

    /// Name and version of the program, for people.
    fn app(&self) -> &'static str;

    /// Base address of the master.
    fn master(&self) -> String;

    /// Whether people say here where the master is; where not, it is where the page came from.
    fn asks_for_master(&self) -> bool;

    /// Goes to a master at another address, and remembers it. One that nobody vouches for whom this
    /// device trusts is not gone to; the error has its fingerprint.
    fn move_to(&self, address: MasterAddress) -> Later<'_, ()>;

    /// Works here: takes over from another tab, or tries again after it failed.
    fn take_over(&self);

    /// How the master stands that could run here; nothing where none can.
    fn hosting(&self) -> Option<Hosting> {
        None
    }

    /// Begins a shop whose master runs here, goes to that, and gives a one-time code to join it with.
    fn open_shop(&self, _: NewShop) -> Later<'_, String> {
        Box::pin(ready(Err(not_here())))
    }

    /// Starts or stops the master that runs here, for this start and the next ones.
    fn set_hosting(&self, _: bool) -> Later<'_, ()> {
        Box::pin(ready(Err(not_here())))
    }

    /// The printer of this place; nothing where none can be.
    fn printer(&self) -> Option<PrinterSettings> {
        None
    }

    /// Prints in another way from now on, and remembers it.
    fn set_printer(&self, _: PrinterSettings) -> Later<'_, ()> {
        Box::pin(ready(Err(no_printer_here())))
    }

    /// What a printer could be connected to here.
    fn printer_ports(&self) -> Later<'_, PrinterPorts> {
        Box::pin(ready(Err(no_printer_here())))
    }

    /// Hands a job to the printer of this place, at once and after those handed over before; the answer
    /// says how it ended, and nobody has to wait for it.
    fn print(&self, _: PrintJob) -> Later<'_, Printed> {
        Box::pin(ready(Err(no_printer_here())))
    }

    /// Takes note of whether people look at the screens.
    fn set_visible(&self, visible: bool);

    /// Ends the work; [`Work::Closed`] follows.
    fn close(&self);

    /// What was kept under a name: small things that are nobody's record.
    fn kept<'a>(&'a self, name: &'a str) -> Later<'a, Option<String>>;

    /// Keeps something under a name, durably.
    fn keep<'a>(&'a self, name: &'a str, text: String) -> Later<'a, ()>;
}

fn not_here() -> TillError {
    let message = "A browser cannot be the main server. Use the desktop till for that.";
    TillError::invalid("not_here", message)
}

fn no_printer_here() -> TillError {
    let message = "A browser prints with the dialog of its device, or on the printer of the till \
                   that is the main server.";
    TillError::invalid("not_here", message)
}
