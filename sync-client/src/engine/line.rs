use sync_core::{SnapshotEnd, SnapshotHead};

use crate::storage::StoredChange;

/// One line of a snapshot, as [`sync_core::SnapshotLine`] is: a row goes to the stage as it came.
#[derive(Clone, Debug)]
pub(crate) enum Line {
    /// The first.
    Head(SnapshotHead),
    /// One record.
    Row(StoredChange),
    /// The last.
    End(SnapshotEnd),
}

sync_core::choices! { Line { Head = "head", Row = "row", End = "end" } }
