//! The class of the npm package: this library without any shop, for JavaScript.
//!
//! Every method takes `&self` and hands over to the client's own driver, so that one call may begin
//! while another waits. Listeners are called in tasks of their own, with nothing borrowed.
#![cfg(all(target_arch = "wasm32", feature = "js"))]

mod client;
mod convert;
mod domain;
mod error;
mod panic;
pub mod types;

pub use client::{
    AttentionAnswer, DocAnswer, JsClient, MutationArg, OpenOptionsArg, QueryArg, RecordedAnswer,
    ResultAnswer, ResultListener, StatusAnswer, StatusListener,
};
pub use error::ErrorShape;
