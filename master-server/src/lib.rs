//! The master of a store: it orders and decides what every device did, keeps it, and tells everybody.
//!
//! A library that takes its business as a [`sync_core::Domain`] value, and a binary that passes the
//! shop: `ledger` keeps, `service` says what a request means, `http` and `ws` are its doors.

pub mod admin;
mod app;
pub mod config;
pub mod env;
mod fleet;
mod http;
pub mod ledger;
mod limits;
pub mod net;
mod service;
mod state;
mod ws;

pub use app::{app, app_with, door_paths};
pub use http::error::{Clash, Problem, error_of, status_of};
pub use http::extract::{Caller, Json, Peer};
pub use http::looker::MayLook;
pub use service::{open_code, short_name};
pub use state::AppState;
