use futures_util::future::LocalBoxFuture;
use sync_client::Client;
use sync_client::platform::watch;
use sync_core::Millis;

use crate::TillError;

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

    /// Goes to a master at another address, and remembers it.
    fn move_to(&self, address: String) -> Later<'_, ()>;

    /// Works here: takes over from another tab, or tries again after it failed.
    fn take_over(&self);

    /// Takes note of whether people look at the screens.
    fn set_visible(&self, visible: bool);

    /// Ends the work; [`Work::Closed`] follows.
    fn close(&self);

    /// What was kept under a name: small things that are nobody's record.
    fn kept<'a>(&'a self, name: &'a str) -> Later<'a, Option<String>>;

    /// Keeps something under a name, durably.
    fn keep<'a>(&'a self, name: &'a str, text: String) -> Later<'a, ()>;
}
