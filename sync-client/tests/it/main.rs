//! The client from outside.
#![cfg(not(target_arch = "wasm32"))]

mod storages;
