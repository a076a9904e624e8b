//! The till in a browser: a `till::Till` in one module, as the class that a worker asks.
//!
//! `web/src/sync/backend.ts` says what each method means. What it takes to be in a browser is here:
//! one tab of several works, small things lie in IndexedDB, and the browser tells of its network.
#![cfg(target_arch = "wasm32")]

mod class;
mod json;
mod kept;
mod network;
mod tabs;

pub use class::TillClient;
