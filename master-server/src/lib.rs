//! The master of a store: it orders and decides what every device did, keeps it, and tells everybody.
//!
//! `ledger` keeps, `service` says what a request means, `http` and `ws` are its doors: all of them take
//! the business as a [`sync_core::Domain`] value. [`shop`] passes the shop, and [`Master`] is a shop's
//! master as a value, for the program of that name and for a till that is the master.

pub mod admin;
pub mod announce;
mod app;
mod came_from;
pub mod config;
pub mod env;
mod fleet;
mod http;
pub mod ledger;
mod limits;
mod master;
pub mod net;
pub mod numbers;
mod pace;
pub mod platform;
mod refusals;
mod service;
pub mod shop;
mod state;
pub mod tls;
mod visits;
mod ws;

pub use app::{app, app_with, door_paths};
pub use http::error::{Clash, Problem, error_of, status_of};
pub use http::extract::{Caller, Json, Peer};
pub use http::looker::MayLook;
pub use http::print::{NotPrinted, Prints};
pub use master::{Master, StartError};
pub use service::{open_code, short_name};
pub use state::AppState;
