//! Frames that open, keep and close a session.

use serde::{Deserialize, Serialize};

use crate::{
    Code, Cursor, DeviceId, DeviceInfo, DeviceKind, Digest, Hlc, LogId, OLDEST_PROTOCOL,
    PROTOCOL_VERSION, Position, Seq, StoreId, Term, WireError,
};

/// Joins a store with a one-time code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enroll {
    /// The code a manager opened; a device whose id was closed sends its token instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The token of the identity that was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// What people shall call the device.
    pub name: String,
    /// What it is for.
    pub kind: DeviceKind,
}

/// The identity of a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// The store it belongs to.
    pub store: StoreId,
    /// What people call the store.
    pub store_name: String,
    /// The device as the master knows it.
    pub device: DeviceInfo,
    /// What it shows on every connection. Kept secret.
    pub token: String,
    /// The log it was enrolled in.
    pub log_id: LogId,
}

/// The protocol versions a side speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProtocolRange {
    /// The oldest.
    pub min: u32,
    /// The newest.
    pub max: u32,
}

impl ProtocolRange {
    /// What this build speaks.
    pub const OWN: Self = Self {
        min: OLDEST_PROTOCOL,
        max: PROTOCOL_VERSION,
    };
}

/// Picks the newest version both sides speak.
///
/// # Errors
/// [`Code::NeedsUpgrade`] where there is none.
pub fn negotiate(ours: ProtocolRange, theirs: ProtocolRange) -> Result<u32, WireError> {
    let version = ours.max.min(theirs.max);
    if version >= ours.min.max(theirs.min) {
        return Ok(version);
    }
    let message = format!(
        "this side speaks protocol {} to {}, the other {} to {}",
        ours.min, ours.max, theirs.min, theirs.max
    );
    Err(WireError::new(Code::NeedsUpgrade, message))
}

/// Who a device is and how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The protocol versions it speaks.
    pub protocol: ProtocolRange,
    /// The store it belongs to.
    pub store: StoreId,
    /// The device.
    pub device: DeviceId,
    /// Its secret.
    pub token: String,
    /// How far it has applied the log; absent before the first sync.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<Cursor>,
    /// The digest of the log at that cursor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// Its own last decided seq at that cursor.
    pub your_seq: Seq,
    /// The fingerprint of its schema.
    pub schema: Digest,
    /// The seq its next mutation will have.
    pub next_seq: Seq,
    /// The version of the app, for people.
    pub app: String,
    /// How many of its mutations have no outcome yet.
    pub pending: u64,
}

/// Where a node can be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeAddress {
    /// The node.
    pub node: DeviceId,
    /// Its base address, such as `http://127.0.0.1:7400`.
    pub url: String,
}

/// The answer to `hello`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// The protocol version chosen.
    pub protocol: u32,
    /// The log this node serves.
    pub log_id: LogId,
    /// Whose reign.
    pub term: Term,
    /// The node's clock.
    pub time: Hlc,
    /// The last position decided.
    pub head: Position,
    /// The device's last decided seq.
    pub high_water: Seq,
    /// The hash decided under it, so that a device whose database was put back knows it at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high_water_hash: Option<Digest>,
    /// The device's last seq that no restore can lose any more.
    pub archived: Seq,
    /// The first UTC day whose dated facts are in the device's scope.
    pub scope_from: u32,
    /// The device as the master knows it.
    pub device: DeviceInfo,
    /// The node that decides.
    pub master: NodeAddress,
    /// All nodes known.
    pub nodes: Vec<NodeAddress>,
}

/// Are you there?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ping {
    /// Comes back in the answer.
    pub nonce: u64,
}

/// Yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pong {
    /// The nonce of the question.
    pub nonce: u64,
    /// A node says which log it serves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_id: Option<LogId>,
    /// And whose reign.
    #[serde(default)]
    pub term: Term,
    /// And its clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Hlc>,
}

/// A device that came online.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceSeen {
    /// The device.
    pub device: DeviceInfo,
}

/// A device that left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceGone {
    /// The device.
    pub device: DeviceId,
    /// Why, in words.
    pub reason: String,
}

/// A device's role changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleChange {
    /// The device with its new role.
    pub device: DeviceInfo,
    /// Why, in words.
    pub reason: String,
}

/// How long a device's queue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueStatus {
    /// Mutations without an outcome.
    pub pending: u64,
    /// Rejected mutations nobody has dismissed.
    pub attention: u64,
    /// For how long the oldest of the pending ones has waited, in milliseconds: an age, because
    /// the device's clock may be wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest_ms: Option<u64>,
}

/// The node is about to stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drain {
    /// Why, in words.
    pub reason: String,
}

crate::fields! { Enroll { code: skip, token: skip, name, kind } }
crate::fields! { Enrolled { store, store_name, device, token, log_id } }
crate::fields! { ProtocolRange { min, max } }
crate::fields! {
    Hello {
        protocol, store, device, token, cursor: skip, digest: skip, your_seq, schema, next_seq, app,
        pending
    }
}
crate::fields! { NodeAddress { node, url } }
crate::fields! {
    Welcome {
        protocol, log_id, term, time, head, high_water, high_water_hash: skip, archived, scope_from,
        device, master, nodes
    }
}
crate::fields! { Ping { nonce } }
crate::fields! { Pong { nonce, log_id: skip, term: default, time: skip } }
crate::fields! { DeviceSeen { device } }
crate::fields! { DeviceGone { device, reason } }
crate::fields! { RoleChange { device, reason } }
crate::fields! { QueueStatus { pending, attention, oldest_ms: skip } }
crate::fields! { Drain { reason } }
