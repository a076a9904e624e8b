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
    MAX_PUSH_MUTATIONS, Outcomes, Pull, Push, Reserve, Reserved, SnapshotRequired, Span,
    encode_changes,
};
pub use session::{
    DeviceGone, DeviceSeen, Drain, Enroll, Enrolled, Hello, NodeAddress, Ping, Pong, ProtocolRange,
    QueueStatus, RoleChange, Welcome, negotiate,
};
pub use snapshot::{SnapshotEnd, SnapshotHead, SnapshotLine};

use crate::WireError;

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

/// The frames that a node sends: a device compiles no readers for what only it sends itself.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum FromNode {
    Enrolled(Enrolled),
    Welcome(Welcome),
    Outcomes(Outcomes),
    Changes(Changes),
    Checked(Checked),
    Reserved(Reserved),
    Fetched(Fetched),
    Ping(Ping),
    Pong(Pong),
    DeviceOnline(DeviceSeen),
    DeviceOffline(DeviceGone),
    RoleChange(RoleChange),
    SnapshotRequired(SnapshotRequired),
    Drain(Drain),
    Error(WireError),
}

impl From<FromNode> for Frame {
    fn from(frame: FromNode) -> Self {
        match frame {
            FromNode::Enrolled(body) => Self::Enrolled(body),
            FromNode::Welcome(body) => Self::Welcome(body),
            FromNode::Outcomes(body) => Self::Outcomes(body),
            FromNode::Changes(body) => Self::Changes(body),
            FromNode::Checked(body) => Self::Checked(body),
            FromNode::Reserved(body) => Self::Reserved(body),
            FromNode::Fetched(body) => Self::Fetched(body),
            FromNode::Ping(body) => Self::Ping(body),
            FromNode::Pong(body) => Self::Pong(body),
            FromNode::DeviceOnline(body) => Self::DeviceOnline(body),
            FromNode::DeviceOffline(body) => Self::DeviceOffline(body),
            FromNode::RoleChange(body) => Self::RoleChange(body),
            FromNode::SnapshotRequired(body) => Self::SnapshotRequired(body),
            FromNode::Drain(body) => Self::Drain(body),
            FromNode::Error(body) => Self::Error(body),
        }
    }
}

impl Frame {
    /// The frame as JSON text.
    pub fn encode(&self) -> String {
        serde_json::to_string(self).expect("frames are plain data: always JSON")
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// [`crate::Code::Malformed`] with what is wrong and where.
    pub fn decode(text: &str) -> Result<Self, WireError> {
        crate::json::from_str(text).map_err(|e| malformed(&e))
    }

    /// Reads a frame on a device: one that only devices send is none.
    ///
    /// # Errors
    /// [`crate::Code::Malformed`] with what is wrong and where.
    pub fn decode_from_node(text: &str) -> Result<Self, WireError> {
        let read = crate::json::from_str::<FromNode>(text);
        read.map(Self::from).map_err(|e| malformed(&e))
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

fn malformed(error: &serde_json::Error) -> WireError {
    WireError::new(crate::Code::Malformed, format!("not a frame: {error}"))
}
