//! The HTTP doors: the same types and meaning as the socket, and what operators look at.

pub(crate) mod audit;
pub(crate) mod devices;
pub(crate) mod error;
pub(crate) mod extract;
pub(crate) mod guard;
pub(crate) mod health;
pub(crate) mod looker;
pub(crate) mod looks;
pub(crate) mod openapi;
pub(crate) mod pack;
pub(crate) mod print;
pub(crate) mod pull_query;
pub(crate) mod records;
pub(crate) mod snapshot;
pub(crate) mod sync;
pub(crate) mod sync_state;
pub(crate) mod trust;
pub(crate) mod web;
