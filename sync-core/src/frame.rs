//! What travels between a device and a node.
//!
//! One enum, JSON, tagged by the name outside: `{"push": {"mutations": […]}}`. The tag stands
//! outside so that the bodies of mutations pass through as the very bytes they were hashed as.

mod channel;
mod session;
mod snapshot;

use serde::{Deserialize, Serialize};

pub use channel::{
    Ack, Changes, Check, Checked, Fetch, Fetched, MAX_FRAME_BYTES, MAX_PUSH_BYTES,
    MAX_PUSH_MUTATIONS, Outcomes, Pull, Push, Reserve, ReserveItem, Reserved, ReservedItem,
    SnapshotRequired, Span, encode_changes,
};
pub use session::{
    DeviceGone, DeviceSeen, Drain, Enroll, Enrolled, Hello, NodeAddress, Ping, Pong, ProtocolRange,
    QueueStatus, RoleChange, Welcome, negotiate,
};
pub use snapshot::{SnapshotEnd, SnapshotHead, SnapshotLine};

use crate::{WireError, json};

/// One message.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frame {
    /// Device → node: join a store with a one-time code.
    Enroll(Enroll),
    /// Node → device: the identity it has from now on.
    Enrolled(Enrolled),
    /// Device → node: who I am and how far I am. First on every connection.
    Hello(Hello),
    /// Node → device: the answer to `hello`.
    Welcome(Welcome),
    /// Device → node: mutations to decide.
    Push(Push),
    /// Node → device: how they ended, in order.
    Outcomes(Outcomes),
    /// Device → node: what comes after my cursor?
    Pull(Pull),
    /// Node → device: what changed, as answer to `pull` or live.
    Changes(Changes),
    /// Device → node: applied up to here.
    Ack(Ack),
    /// Device → node: my checksums at this position.
    Check(Check),
    /// Node → device: the collections and buckets that differ.
    Checked(Checked),
    /// Device → node: hold goods while this cart is paid.
    Reserve(Reserve),
    /// Node → device: held, or who holds them.
    Reserved(Reserved),
    /// Device → node: records outside my scope.
    Fetch(Fetch),
    /// Node → device: those, to be held in memory.
    Fetched(Fetched),
    /// Both ways: are you there?
    Ping(Ping),
    /// Both ways: yes.
    Pong(Pong),
    /// Node → device: another device came online.
    DeviceOnline(DeviceSeen),
    /// Node → device: another device is gone.
    DeviceOffline(DeviceGone),
    /// Device → node: I am about to leave on purpose.
    DeviceShutdown(DeviceGone),
    /// Node → device: your role changed.
    RoleChange(RoleChange),
    /// Device → node: how long my queue is.
    QueueStatus(QueueStatus),
    /// Node → device: your cursor no longer holds, take a snapshot.
    SnapshotRequired(SnapshotRequired),
    /// Node → device: I am about to stop; keep what you have and come back.
    Drain(Drain),
    /// Both ways: something is wrong.
    Error(WireError),
}

impl Frame {
    /// The frame as JSON text.
    pub fn encode(&self) -> String {
        json::text(self)
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// [`crate::Code::Malformed`] with what is wrong and where.
    pub fn decode(text: &str) -> Result<Self, WireError> {
        json::read(text).map_err(|e| malformed(&e))
    }

    /// Reads a frame on a device: one that only devices send is none.
    ///
    /// # Errors
    /// [`crate::Code::Malformed`] with what is wrong and where.
    pub fn decode_from_node(text: &str) -> Result<Self, WireError> {
        match Self::decode(text)? {
            Self::Enroll(_)
            | Self::Hello(_)
            | Self::Push(_)
            | Self::Pull(_)
            | Self::Ack(_)
            | Self::Check(_)
            | Self::Reserve(_)
            | Self::Fetch(_)
            | Self::DeviceShutdown(_)
            | Self::QueueStatus(_) => {
                let message = "not a frame: only devices send it";
                Err(WireError::new(crate::Code::Malformed, message))
            }
            frame => Ok(frame),
        }
    }

    /// The tag, as logs and inspectors show it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Enroll(_) => "enroll",
            Self::Enrolled(_) => "enrolled",
            Self::Hello(_) => "hello",
            Self::Welcome(_) => "welcome",
            Self::Push(_) => "push",
            Self::Outcomes(_) => "outcomes",
            Self::Pull(_) => "pull",
            Self::Changes(_) => "changes",
            Self::Ack(_) => "ack",
            Self::Check(_) => "check",
            Self::Checked(_) => "checked",
            Self::Reserve(_) => "reserve",
            Self::Reserved(_) => "reserved",
            Self::Fetch(_) => "fetch",
            Self::Fetched(_) => "fetched",
            Self::Ping(_) => "ping",
            Self::Pong(_) => "pong",
            Self::DeviceOnline(_) => "device_online",
            Self::DeviceOffline(_) => "device_offline",
            Self::DeviceShutdown(_) => "device_shutdown",
            Self::RoleChange(_) => "role_change",
            Self::QueueStatus(_) => "queue_status",
            Self::SnapshotRequired(_) => "snapshot_required",
            Self::Drain(_) => "drain",
            Self::Error(_) => "error",
        }
    }
}

fn malformed(error: &json::Fault) -> WireError {
    WireError::new(crate::Code::Malformed, format!("not a frame: {error}"))
}

crate::choices! {
    Frame {
        Enroll = "enroll",
        Enrolled = "enrolled",
        Hello = "hello",
        Welcome = "welcome",
        Push = "push",
        Outcomes = "outcomes",
        Pull = "pull",
        Changes = "changes",
        Ack = "ack",
        Check = "check",
        Checked = "checked",
        Reserve = "reserve",
        Reserved = "reserved",
        Fetch = "fetch",
        Fetched = "fetched",
        Ping = "ping",
        Pong = "pong",
        DeviceOnline = "device_online",
        DeviceOffline = "device_offline",
        DeviceShutdown = "device_shutdown",
        RoleChange = "role_change",
        QueueStatus = "queue_status",
        SnapshotRequired = "snapshot_required",
        Drain = "drain",
        Error = "error",
    }
}
