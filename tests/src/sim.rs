//! A shop under seeded faults in simulated time: real engines, real doors, real ledger.
//!
//! ```text
//! people ─► Device (sync_client::Client) ─► Net ─► axum doors ─► Ledger on SQLite
//!               │  Disk: synced, not yet synced, full, old, gone
//!               └─ Wrist: a clock that people set
//! Oracle: what was promised ──────────► invariants ◄────────── what is there
//! ```
//!
//! Everything runs on one thread whose time is paused: it moves on when everybody waits, so a day
//! takes a second and the same seed gives the same history.

pub mod causes;
pub mod clock;
pub mod device;
pub mod disk;
pub mod errors;
pub mod faults;
pub mod invariants;
pub mod kept;
pub mod master;
pub mod model;
pub mod net;
pub mod next_door;
pub mod odd_shop;
pub mod oracle;
pub mod promises;
pub mod run;
pub mod sabotage;
pub mod shelf;
pub mod trace;
