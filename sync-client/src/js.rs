//! The class of the npm package: this library without any shop, for JavaScript.
//!
//! Every method takes `&self` and hands over to the client's own driver, so that one call may begin
//! while another waits. Listeners are called in tasks of their own, with nothing borrowed.
#![cfg(all(target_arch = "wasm32", feature = "js"))]

mod client;
mod convert;
mod domain;
mod error;
mod steps;
pub mod types;

/// Takes a quarter of the room in the download that the standard one takes.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

pub use client::{
    AttentionAnswer, ChangeListener, JsClient, MutationArg, OpenOptionsArg, QueryArg,
    ResultListener, StatusAnswer, StatusListener,
};
pub use error::ErrorShape;
