//! The status as screens know it.

use serde::Serialize;
use sync_client::{
    ConnectionState, Durability, FirstSync, LastError, StorageHealth, StorageProblem, SyncStatus,
};
use sync_core::{DeviceId, DeviceKind, Millis};

use crate::Work;

/// How a till stands, as screens show it: the thing people look at.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "SyncStatus"))]
#[serde(rename_all = "camelCase")]
pub struct StatusView {
    connection: ConnectionState,
    /// Since when `connection` is in this state.
    since: Millis,
    /// Null until the device is enrolled.
    device: Option<DeviceSelf>,
    /// False: show the enrolment page.
    registered: bool,
    /// `master` when this device orders the log itself; a browser is always `client`.
    #[cfg_attr(feature = "types", ts(type = "\"client\" | \"master\""))]
    role: &'static str,
    /// Address of the master last talked to.
    master: Option<String>,
    /// Mutations without an outcome: the number to send.
    pending: u64,
    oldest_pending_at: Option<Millis>,
    /// Pending does not shrink although the connection is online.
    stalled: bool,
    in_flight: u64,
    /// Rejected mutations that nobody dismissed yet.
    attention: u64,
    conflicts: u64,
    tasks: u64,
    last_synced_at: Option<Millis>,
    first_sync: Option<FirstSync>,
    /// How far this device's clock is ahead of the master's.
    clock_skew_ms: Option<i64>,
    last_error: Option<LastError>,
    storage: Storage,
}

/// How safe what this till stores is, and how much more there is room for.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "StorageHealth"))]
#[serde(rename_all = "camelCase")]
struct Storage {
    durability: Durability,
    /// False: there was no room for products and the like; they are in memory until the page is
    /// opened again.
    records_kept: bool,
    used_bytes: Option<u64>,
    quota_bytes: Option<u64>,
    /// So little room is left that nothing new is recorded while offline.
    nearly_full: bool,
}

/// This device as the main server knows it.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
struct DeviceSelf {
    id: DeviceId,
    name: String,
    kind: DeviceKind,
    /// It may look and record nothing, and nobody looks at the audit on it.
    read_only: bool,
}

impl StatusView {
    /// What people see, whether the till works or not.
    pub fn of(work: &Work) -> Self {
        match work {
            Work::Active(client) => Self::from(&*client.status().borrow()),
            Work::Opening | Work::Closed => Self::idle(ConnectionState::Checking, Millis(0)),
            Work::Waiting { since } => Self::idle(ConnectionState::OtherTab, *since),
            Work::Failed { since, error } => {
                let connection = match error.code.as_str() {
                    "storage_full" => storage(StorageProblem::Full),
                    "storage_lost" | "storage_failed" => storage(StorageProblem::Lost),
                    "storage_refused" => storage(StorageProblem::MemoryOnly),
                    "storage_held" => ConnectionState::OtherTab,
                    _ => ConnectionState::Failed {
                        message: error.message.clone(),
                    },
                };
                Self::idle(connection, *since)
            }
        }
    }

    fn idle(connection: ConnectionState, since: Millis) -> Self {
        Self {
            connection,
            since,
            device: None,
            // Not known here: the enrolment page is for a device that knows it has no identity.
            registered: true,
            role: "client",
            master: None,
            pending: 0,
            oldest_pending_at: None,
            stalled: false,
            in_flight: 0,
            attention: 0,
            conflicts: 0,
            tasks: 0,
            last_synced_at: None,
            first_sync: None,
            clock_skew_ms: None,
            last_error: None,
            storage: StorageHealth::default().into(),
        }
    }
}

fn storage(problem: StorageProblem) -> ConnectionState {
    ConnectionState::Storage { problem }
}

impl From<&SyncStatus> for StatusView {
    fn from(status: &SyncStatus) -> Self {
        Self {
            connection: status.connection.clone(),
            since: status.since,
            device: status.device.as_ref().map(|device| DeviceSelf {
                id: device.id,
                name: device.name.clone(),
                kind: device.kind,
                read_only: device.read_only || !device.kind.sells(),
            }),
            registered: status.registered,
            role: "client",
            master: status.master.clone(),
            pending: status.pending,
            oldest_pending_at: status.oldest_pending_at,
            stalled: status.stalled,
            in_flight: status.in_flight,
            attention: status.attention,
            conflicts: status.conflicts,
            tasks: status.tasks,
            last_synced_at: status.last_synced_at,
            first_sync: status.first_sync,
            clock_skew_ms: status.clock_skew_ms,
            last_error: status.last_error.clone(),
            storage: status.storage.into(),
        }
    }
}

impl From<StorageHealth> for Storage {
    fn from(health: StorageHealth) -> Self {
        Self {
            durability: health.durability,
            records_kept: health.records_kept,
            used_bytes: health.used,
            quota_bytes: health.quota,
            nearly_full: health.is_nearly_full(),
        }
    }
}
