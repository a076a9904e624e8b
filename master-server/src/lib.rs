//! The master of a store: it orders and decides what every device did, keeps it, and tells everybody.
//!
//! A library that takes its business as a [`sync_core::Domain`] value, and a binary that passes the shop.

pub mod env;
pub mod ledger;
