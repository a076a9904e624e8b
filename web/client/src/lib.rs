//! The till in a browser: `sync-client` and `retail` in one module, as the class the screens ask.
//!
//! `web/src/sync/backend.ts` says what each method means. Everything that decides lives below; this
//! crate only brings the two together and speaks JSON to the worker it runs in.
#![cfg(target_arch = "wasm32")]

mod audit;
mod catalogue;
mod class;
mod devices;
mod docs;
mod error;
mod history;
mod import;
mod inbox;
mod inspect;
mod json;
mod lookup;
mod master;
mod network;
mod panic;
mod people;
mod receipts;
mod refunds;
mod reserving;
mod selling;
mod status;
mod tabs;
mod till;
mod tries;

pub use class::TillClient;
