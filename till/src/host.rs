use std::future::ready;

use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};
use sync_client::Client;
use sync_client::platform::watch;
use sync_core::{Fingerprint, Millis};

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

/// The master that could run in the same place as the till.
///
/// `elsewhere`: the shop has its master elsewhere. `stopped`: it is this till's, and was stopped by
/// somebody. `failed`: it should run and cannot; the message says why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
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
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct HostingLan {
    /// Base addresses, the likeliest first.
    pub addresses: Vec<String>,
    /// The page where tablets and browsers begin; null where this machine is in no network.
    pub page: Option<String>,
    /// What the authority of the store is known by, in groups of four digits.
    pub fingerprint: Vec<String>,
    /// A firewall of this machine that may keep them away, and what lets them in.
    pub firewall: Option<FirewallHint>,
}

/// A firewall of this machine, and how it is told to let others in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct FirewallHint {
    /// What it is called.
    pub program: String,
    /// What an administrator types.
    pub command: String,
}

/// A master that says in this network that it is here. It says so itself: nobody vouches for it yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct NearbyMaster {
    /// What people call its shop.
    pub shop: String,
    /// Its base address.
    pub address: String,
    /// The authority that shall vouch for it, as 64 hex digits; null where it has no TLS.
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub authority: Option<Fingerprint>,
}

/// A shop that begins. Not to be written into logs: it has a PIN in it.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
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

    /// Base address of the master; empty where nobody said one yet.
    fn master(&self) -> String;

    /// Whether people say here where the master is; where not, it is where the page came from.
    fn asks_for_master(&self) -> bool;

    /// Goes to a master at another address, and remembers it. One that nobody vouches for whom this
    /// device trusts is not gone to; the error has its fingerprint.
    fn move_to(&self, address: MasterAddress) -> Later<'_, ()>;

    /// Works here: takes over from another tab, or tries again after it failed.
    fn take_over(&self);

    /// Masters that say in this network that they are here; looking takes a moment.
    fn nearby(&self) -> Later<'_, Vec<NearbyMaster>> {
        Box::pin(ready(Ok(Vec::new())))
    }

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

    /// Whether the window fills the screen; nothing where a page does that by itself.
    fn full_screen(&self) -> Option<bool> {
        None
    }

    /// Fills the screen or not, now and after the next start.
    fn set_full_screen(&self, _: bool) -> Later<'_, ()> {
        let message = "A browser fills the screen by its own means.";
        Box::pin(ready(Err(TillError::invalid("not_here", message))))
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
