//! Offline-first sync for one device: records mutations durably, shows them at once, brings them to
//! the master exactly once, and keeps a queryable copy of the store.
//!
//! [`Client`] is the door. It needs a [`sync_core::Domain`] (schema and rules), a
//! [`storage::Storage`] (SQLite, IndexedDB or memory) and a [`transport::Transport`].
//!
//! ```text
//!      record(build)                query, subscribe, status
//!           │                               ▲
//!           ▼                               │
//!        outbox ──── overlay ──────────► view ◄──── base
//!           │                                        ▲
//!        engine  (pure: events and time in, effects out)
//!           │
//!        driver ──── storage, transport ◄──frames──► master
//! ```
//!
//! - [`Client::record`] returns when the mutation is durable on this device, before any network.
//! - What it wrote is in the next [`Client::query`] and in every [`LiveQuery`]; reads come from
//!   memory and wait for nothing.
//! - Every mutation ends in exactly one outcome. A rejection stays on [`Client::attention`] with its
//!   payload until somebody dismisses it.
//! - [`Client::events`] names what happens once: an outcome, a conflict, a notice, a pause.
//! - [`Client::status`] is the one thing people look at: how many are to send, whether the master
//!   is there, and why not.

mod changes;
mod client;
mod config;
mod draft;
mod env;
mod error;
mod event;
mod live;
mod query;
mod runs;
mod shared;
mod status;
mod sync_log;
mod timing;

pub mod js;
pub mod platform;
pub mod storage;
pub mod transport;

mod base;
mod driver;
mod engine;
mod overlay;
mod replica;
mod view;

pub use changes::{Change, ChangeKind, Changes, RecordChange};
pub use client::{Client, Recorded};
pub use config::{Config, Enrolment};
pub use draft::Draft;
pub use env::{Env, Source};
pub use error::{ClientError, OpenError, RecordError};
pub use event::{Event, Events};
pub use live::LiveQuery;
pub use query::{Compare, Doc, Filter, Query, QueryResult, Sort};
pub use status::{
    ConnectionState, Direction, Durability, FirstSync, FrameEntry, LastError, NodeRole,
    PauseReason, StorageHealth, StorageProblem, SyncPosition, SyncStatus,
};
pub use sync_log::{SyncLog, SyncLogEntry, SyncLogKind};
pub use timing::{Timing, TimingError, Waits};
