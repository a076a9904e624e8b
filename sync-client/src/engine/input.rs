use sync_core::{Enrolled, Frame, WireError};

use super::Line;
use crate::ClientError;
use crate::storage::{OutboxRow, StorageError};
use crate::transport::TransportError;

/// Everything that can happen to a session.
#[derive(Debug)]
pub(crate) enum Input {
    /// Work begins.
    Started,
    /// The connection asked for is open; over a polling one nothing arrives unasked.
    Opened { polling: bool },
    /// It could not be opened, or it ended.
    Closed(Option<TransportError>),
    /// A frame arrived.
    Frame(Frame),
    /// Something arrived that is no frame.
    Undecodable(WireError),
    /// The batch asked for is durable, and the replica follows it.
    Committed,
    /// It is not; the storage was or will be read again.
    StorageFailed(StorageError),
    /// The storage was read again.
    Reloaded,
    /// The retained rows asked for.
    Rows(Vec<OutboxRow>),
    /// Lines of the snapshot asked for.
    Lines(Vec<Line>),
    /// The snapshot's stream ended or broke.
    StreamEnded(Option<WireError>),
    /// The identity asked for, or one that a person asked for.
    Enrolled(Box<Enrolled>),
    /// It was not given.
    EnrolFailed(ClientError),
    /// A mutation was recorded.
    Recorded,
    /// A person wants it now.
    Retry,
    /// The app became visible or woke up.
    Wake,
    /// The device has a network, or has none.
    Network(bool),
    /// The time of [`super::Engine::poll_timeout`] has come.
    Timer,
}
