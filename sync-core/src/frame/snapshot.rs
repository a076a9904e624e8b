//! The lines of a snapshot: newline-delimited JSON by (collection, id).

use serde::{Deserialize, Serialize};

use crate::{Change, Cursor, Digest, Position, Seq, Sums, Term};

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SnapshotLine {
    /// The first.
    Head(SnapshotHead),
    /// One record; it may be newer than the start cursor.
    Row(Change),
    /// The last. A stream without it was cut off.
    End(SnapshotEnd),
}

/// How a snapshot begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotHead {
    /// The head of the log when it began: changes after it are pulled meanwhile.
    pub start: Cursor,
    /// Whose reign.
    pub term: Term,
    /// The digest of the log at the start.
    pub digest: Digest,
    /// This device's last decided seq at the start.
    pub your_seq: Seq,
    /// How many rows the whole snapshot has.
    pub total: u64,
    /// The first UTC day whose dated facts it holds.
    pub scope_from: u32,
}

/// How a snapshot ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotEnd {
    /// No row is newer than this position: once the cursor has reached it, the stage goes live.
    pub position: Position,
    /// The digest of the log there.
    pub digest: Digest,
    /// This device's last decided seq there.
    pub your_seq: Seq,
    /// The checksums at that position, where nothing was decided while it streamed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sums: Option<Sums>,
}

crate::choices! { SnapshotLine { Head = "head", Row = "row", End = "end" } }
crate::fields! { SnapshotHead { start, term, digest, your_seq, total, scope_from } }
crate::fields! { SnapshotEnd { position, digest, your_seq, sums: skip } }
