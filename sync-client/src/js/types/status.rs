use sync_core::json::{Mode, ToJson, write_fields};
use sync_core::{Class, DeviceId, DeviceInfo, DeviceKind, Millis};
use tsify::Tsify;

use crate::platform;
use crate::{ConnectionState, Durability, PauseReason, StorageHealth, StorageProblem, SyncStatus};

/// How the device stands to its master; carries its reason.
#[derive(Tsify)]
#[serde(
    tag = "state",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum Connection {
    /// The device itself has no network.
    NoNetwork,
    /// On the way.
    Connecting {
        /// Counts from 1.
        attempt: u32,
        /// When the next attempt starts.
        #[tsify(type = "EpochMs | null")]
        next_retry_at: Option<Millis>,
    },
    /// Two heartbeats were missed.
    Checking,
    /// Connected.
    Online,
    /// Several attempts failed.
    ServerUnreachable {
        /// Counts from 1.
        attempt: u32,
        /// When the next attempt starts.
        #[tsify(type = "EpochMs | null")]
        next_retry_at: Option<Millis>,
    },
    /// The master refuses this device or this build; nothing is dropped.
    Paused {
        /// Why.
        #[tsify(type = r#""auth" | "needs_upgrade""#)]
        reason: PauseReason,
        /// In words.
        message: String,
    },
    /// The master is about to stop.
    Draining,
    /// The device's own storage.
    Storage {
        /// What is wrong.
        #[tsify(type = r#""lost" | "full" | "memory_only""#)]
        problem: StorageProblem,
    },
    /// Another tab has taken over.
    OtherTab,
    /// Going on could lose or double something.
    Failed {
        /// Why, in words.
        message: String,
    },
}

/// The thing people look at.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// How the device stands to its master.
    pub connection: Connection,
    /// Since when.
    #[tsify(type = "EpochMs")]
    pub since: Millis,
    /// Absent until it has joined a store.
    pub device: Option<Device>,
    /// Whether it has joined a store.
    pub registered: bool,
    /// Mutations without an outcome: the number to send.
    #[tsify(type = "number")]
    pub pending: u64,
    /// When the oldest of them was recorded.
    #[tsify(type = "EpochMs | null")]
    pub oldest_pending_at: Option<Millis>,
    /// Pending does not shrink although the connection is online.
    pub stalled: bool,
    /// Rejected mutations nobody has dismissed.
    #[tsify(type = "number")]
    pub attention: u64,
    /// Open conflicts.
    #[tsify(type = "number")]
    pub conflicts: u64,
    /// Open tasks.
    #[tsify(type = "number")]
    pub tasks: u64,
    /// When this device was last level with the master.
    #[tsify(type = "EpochMs | null")]
    pub last_synced_at: Option<Millis>,
    /// While the first copy streams in.
    pub first_sync: Option<FirstSync>,
    /// The last thing that went wrong.
    pub last_error: Option<LastError>,
    /// How safe what is stored here is.
    pub storage: StorageState,
}

/// What the master knows this device as.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// Its id.
    #[tsify(type = "Id")]
    pub id: DeviceId,
    /// What people call it.
    pub name: String,
    /// What it is for.
    #[tsify(type = "DeviceKind")]
    pub kind: DeviceKind,
    /// Whether everything it records is refused.
    pub read_only: bool,
}

/// How safe what is stored here is, and how much more there is room for.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct StorageState {
    /// How long it lasts: until somebody deletes it, as long as the browser likes, or until this
    /// window is closed.
    #[tsify(type = r#""kept" | "unpromised" | "forgotten""#)]
    pub durability: Durability,
    /// Whether records are written to the disk; where there was no room they are in memory alone.
    pub records_kept: bool,
    /// Bytes in use.
    #[tsify(type = "number | null")]
    pub used_bytes: Option<u64>,
    /// Bytes that may be used at most.
    #[tsify(type = "number | null")]
    pub quota_bytes: Option<u64>,
    /// Whether there is so little room left that nothing is recorded while the master is away.
    pub nearly_full: bool,
}

/// How far the first copy has come, in records.
#[derive(Tsify)]
pub struct FirstSync {
    /// Stored.
    #[tsify(type = "number")]
    pub done: u64,
    /// In all.
    #[tsify(type = "number | null")]
    pub total: Option<u64>,
}

/// The last thing that went wrong.
#[derive(Tsify)]
pub struct LastError {
    /// When.
    #[tsify(type = "EpochMs")]
    pub at: Millis,
    /// Stable code.
    pub code: String,
    /// What is done about it.
    #[tsify(type = "ErrorClass")]
    pub class: Class,
    /// A sentence.
    pub message: String,
}

impl Status {
    /// After another tab has taken over.
    pub(in crate::js) fn other_tab() -> Self {
        Self::idle(Connection::OtherTab)
    }

    fn idle(connection: Connection) -> Self {
        Self {
            connection,
            since: platform::now(),
            device: None,
            registered: true,
            pending: 0,
            oldest_pending_at: None,
            stalled: false,
            attention: 0,
            conflicts: 0,
            tasks: 0,
            last_synced_at: None,
            first_sync: None,
            last_error: None,
            storage: StorageHealth::default().into(),
        }
    }
}

impl From<&SyncStatus> for Status {
    fn from(status: &SyncStatus) -> Self {
        Self {
            connection: Connection::from(&status.connection),
            since: status.since,
            device: status.device.as_ref().map(Device::from),
            registered: status.registered,
            pending: status.pending,
            oldest_pending_at: status.oldest_pending_at,
            stalled: status.stalled,
            attention: status.attention,
            conflicts: status.conflicts,
            tasks: status.tasks,
            last_synced_at: status.last_synced_at,
            first_sync: status.first_sync.map(|sync| FirstSync {
                done: sync.done,
                total: sync.total,
            }),
            last_error: status.last_error.as_ref().map(|error| LastError {
                at: error.at,
                code: error.code.clone(),
                class: error.class,
                message: error.message.clone(),
            }),
            storage: status.storage.into(),
        }
    }
}

impl From<StorageHealth> for StorageState {
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

impl From<&DeviceInfo> for Device {
    fn from(device: &DeviceInfo) -> Self {
        Self {
            id: device.id,
            name: device.name.clone(),
            kind: device.kind,
            read_only: device.read_only,
        }
    }
}

impl From<&ConnectionState> for Connection {
    fn from(state: &ConnectionState) -> Self {
        match state.clone() {
            ConnectionState::NoNetwork => Self::NoNetwork,
            ConnectionState::Connecting {
                attempt,
                next_retry_at,
            } => Self::Connecting {
                attempt,
                next_retry_at,
            },
            ConnectionState::Checking => Self::Checking,
            ConnectionState::Online => Self::Online,
            ConnectionState::ServerUnreachable {
                attempt,
                next_retry_at,
            } => Self::ServerUnreachable {
                attempt,
                next_retry_at,
            },
            ConnectionState::Paused { reason, message } => Self::Paused { reason, message },
            ConnectionState::Draining => Self::Draining,
            ConnectionState::Storage { problem } => Self::Storage { problem },
            ConnectionState::OtherTab => Self::OtherTab,
            ConnectionState::Failed { message } => Self::Failed { message },
        }
    }
}

sync_core::fields_to! {
    Status {
        connection, since, device, registered, pending, oldest_pending_at = "oldestPendingAt",
        stalled, attention, conflicts, tasks, last_synced_at = "lastSyncedAt",
        first_sync = "firstSync", last_error = "lastError", storage
    }
}
sync_core::fields_to! { Device { id, name, kind, read_only = "readOnly" } }
sync_core::fields_to! {
    StorageState {
        durability, records_kept = "recordsKept", used_bytes = "usedBytes",
        quota_bytes = "quotaBytes", nearly_full = "nearlyFull"
    }
}
sync_core::fields_to! { FirstSync { done, total } }
sync_core::fields_to! { LastError { at, code, class, message } }

impl ToJson for Connection {
    /// The name of the state and, beside it, what the state carries.
    fn write(&self, out: &mut String) {
        let always = |name| (name, Mode::Always);
        let (state, names, values): (&str, [&'static str; 2], [&dyn ToJson; 2]) = match self {
            Self::Connecting {
                attempt,
                next_retry_at,
            } => ("connecting", RETRIES, [attempt, next_retry_at]),
            Self::ServerUnreachable {
                attempt,
                next_retry_at,
            } => ("server_unreachable", RETRIES, [attempt, next_retry_at]),
            Self::Paused { reason, message } => {
                ("paused", ["reason", "message"], [reason, message])
            }
            Self::Storage { problem } => ("storage", ["problem", ""], [problem, &()]),
            Self::Failed { message } => ("failed", ["message", ""], [message, &()]),
            Self::NoNetwork => ("no_network", [""; 2], [&(), &()]),
            Self::Checking => ("checking", [""; 2], [&(), &()]),
            Self::Online => ("online", [""; 2], [&(), &()]),
            Self::Draining => ("draining", [""; 2], [&(), &()]),
            Self::OtherTab => ("other_tab", [""; 2], [&(), &()]),
        };
        let shape = [always("state"), always(names[0]), always(names[1])];
        let count = 1 + names.iter().filter(|name| !name.is_empty()).count();
        write_fields(out, &shape[..count], &[&state, values[0], values[1]]);
    }
}

const RETRIES: [&str; 2] = ["attempt", "nextRetryAt"];
