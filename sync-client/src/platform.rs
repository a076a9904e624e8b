//! What differs between a native program and a browser: clock, randomness, spawning, sleeping, `Send`.
//!
//! The twins below export the same names; nothing above this module names a target.

#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(target_arch = "wasm32")]
mod web;

#[cfg(not(target_arch = "wasm32"))]
use native as sys;
#[cfg(target_arch = "wasm32")]
use web as sys;

pub use sys::{MaybeSend, MaybeSync, mpsc, now, oneshot, random, sleep, spawn, watch, words};
#[cfg(target_arch = "wasm32")]
pub(crate) use web::spoken;
#[cfg(target_arch = "wasm32")]
pub use web::{Ask, Pulse, TabLock};
