//! The client from outside.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

mod clients;
mod shop;
mod storages;
mod tabs;
