use sync_core::{Enroll, Frame, Hlc, RoleChange};

use crate::storage::{Batch, MutationId};
use crate::transport::Request;

/// Everything a session wants done. Executed in order by one driver.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "a handful at a time, and never kept"
)]
pub(crate) enum Effect {
    /// Open a connection, by requests at once where sockets let nothing through; answered by
    /// `Opened` or `Closed`.
    Connect { by_requests: bool },
    /// Try whether a socket opens by now; answered by `Opened` where one does.
    Probe,
    /// Talk to the node at a base address from now on, or to the one the client was opened with;
    /// not answered.
    Move(Option<String>),
    /// Drop the connection; not answered.
    Disconnect,
    /// Send a frame.
    Send(Frame),
    /// Make a batch durable; answered by `Committed` or `StorageFailed`.
    Commit(Batch),
    /// Let the device's clock see another one; it lasts with the next mutation.
    Observe(Hlc),
    /// Tell whoever listens that a device is called or may do something else; not answered.
    Tell(RoleChange),
    /// Read retained rows; answered by `Rows`.
    LoadRows { from: MutationId, limit: usize },
    /// Ask for an identity; answered by `Enrolled` or `EnrolFailed`.
    Enroll(Enroll),
    /// Stream a snapshot in the place of the one under way; answered by `Lines` and `StreamEnded`.
    Stream(Request),
    /// Stop streaming; not answered.
    StopStream,
    /// Read the storage again; answered by `Reloaded` or `StorageFailed`.
    Reload,
}
