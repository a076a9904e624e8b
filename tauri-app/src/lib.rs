//! The desktop till: the screens of the web in a window, and the till itself behind it.
//!
//! ```text
//!  web screens ──commands──► Controller ──► till ──► sync-client ──► till.sqlite
//!      ▲                         │                        │
//!      └──answers, channels──────┘◄────── frames ────► master
//! ```
//!
//! The [`Controller`] owns the till and knows no window, so all of it is tested without one; the
//! commands only hand messages to it. Records, outbox and token stay on this side: the page sees
//! what screens see.

mod announcer;
#[cfg(feature = "window")]
mod closing;
#[cfg(feature = "window")]
mod commands;
mod controller;
mod desktop;
pub mod printing;
mod settings;
mod title;
#[cfg(feature = "window")]
mod tray;
#[cfg(feature = "window")]
mod window;

pub use controller::{Controller, Options};
pub use desktop::{Desktop, LeftBehind, Note, Sign};
pub use settings::{HostingSettings, Settings, SettingsError};
#[cfg(feature = "window")]
pub use window::run;
