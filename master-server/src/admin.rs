//! The local door: commands beside a running master, through what this system has for
//! that: a socket in its data directory, or a pipe named by it.
//!
//! One JSON line in, one JSON line out, as often as wanted. Whoever may open the socket owns the
//! data directory anyway, so there is no token.

mod desk;
mod door;

use std::path::PathBuf;

use crate::ledger::CodeTerms;
use serde::{Deserialize, Serialize};
use sync_core::{
    Body, CollectionName, DeviceId, Millis, Outcome, Record, RecordId, Seq, Value, WireError,
};

pub use desk::{Desk, DeskError};
pub use door::serve;

/// The name of the ledger in a data directory.
const LEDGER: &str = "ledger.sqlite";
/// The name of the file that one master locks.
const LOCK: &str = "server.lock";

/// What a command asks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Who is this?
    Who,
    /// Opens a one-time code.
    Code(CodeTerms),
    /// Decides mutations of this node.
    Propose(Vec<Body>),
    /// Reads one record.
    Get(CollectionName, RecordId),
    /// Reads the live records whose field has a value.
    Find(CollectionName, String, Value),
    /// Reads records by id, after one.
    Page(CollectionName, Option<RecordId>),
    /// Writes a verified backup.
    Backup(PathBuf),
    /// Goes on with a number of a device although those before it are missing.
    SkipTo(DeviceId, Seq),
}

/// What it gets.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// The node and its time.
    Who {
        /// The device id under which the node acts.
        node: DeviceId,
        /// Its clock.
        now: Millis,
    },
    /// The code.
    Code {
        /// To be typed in on the device.
        code: String,
        /// Until when.
        expires_at: Millis,
    },
    /// The outcomes, in order.
    Outcomes(Vec<Outcome>),
    /// The records.
    Records(Vec<Record>),
    /// It is done.
    Done,
    /// What became of the backup, for people and programs.
    Backup(serde_json::Value),
    /// It was not done.
    Refused(WireError),
}
