use serde::{Deserialize, Serialize};
use sync_core::{Class, Cursor, DeviceInfo, Millis, Seq};

/// What is wrong with the storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum StorageProblem {
    /// It was taken away while open.
    Lost,
    /// There is no room.
    Full,
    /// Nothing can be made durable: the browser offers no storage here.
    MemoryOnly,
}

/// How long what is stored lasts. `unpromised`: the browser may clear it when space runs out.
/// `forgotten`: it ends with this window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Durability {
    /// Until somebody deletes it.
    #[default]
    Kept,
    /// The browser keeps it for now, but has not promised to.
    Unpromised,
    /// Until the window is closed: a private one, or memory alone.
    Forgotten,
}

/// How safe what this device stores is, and how much more there is room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageHealth {
    /// How long it lasts.
    pub durability: Durability,
    /// Whether records are written to the disk. Where there was no room, they are in memory alone
    /// until the next opening.
    pub records_kept: bool,
    /// Bytes in use, where the platform says so.
    pub used: Option<u64>,
    /// Bytes that may be used at most, where the platform says so.
    pub quota: Option<u64>,
}

impl StorageHealth {
    /// From this share of the quota on, in percent, nothing new is recorded while offline.
    pub const FULL_FROM: u64 = 95;

    /// Whether there is so little room left that what is recorded offline might not fit.
    pub fn is_nearly_full(&self) -> bool {
        let share = self.used.zip(self.quota);
        share.is_some_and(|(used, quota)| {
            used.saturating_mul(100) >= quota.saturating_mul(Self::FULL_FROM)
        })
    }
}

impl Default for StorageHealth {
    fn default() -> Self {
        Self {
            durability: Durability::default(),
            records_kept: true,
            used: None,
            quota: None,
        }
    }
}

/// Why a device's queue is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// The master refuses the token.
    Auth,
    /// This build is too old for the master.
    NeedsUpgrade,
}

/// How the device stands to its master. Carries its reason.
///
/// `paused`: the master refuses this device's token or this build; its queue waits, nothing is
/// dropped. `other_tab`: another tab of this browser works. `failed`: going on could lose or double
/// something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "Connection"))]
#[serde(
    tag = "state",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum ConnectionState {
    /// The device itself has no network.
    NoNetwork,
    /// On the way.
    Connecting {
        /// Counts from 1.
        attempt: u32,
        /// When the next attempt starts; absent while one runs.
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
        /// When the next attempt starts; absent while one runs.
        next_retry_at: Option<Millis>,
    },
    /// The master refuses this device or this build; nothing is dropped.
    Paused {
        /// Why.
        reason: PauseReason,
        /// In words.
        message: String,
    },
    /// The master is about to stop.
    Draining,
    /// The device's own storage.
    Storage {
        /// What is wrong.
        problem: StorageProblem,
    },
    /// Another tab of this browser works on this store. Told by whoever opens clients, never by one.
    OtherTab,
    /// Going on could lose or double something.
    Failed {
        /// Why, in words.
        message: String,
    },
}

/// Who orders the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeRole {
    /// Another node does.
    #[default]
    Client,
    /// This one does.
    Master,
}

/// How far the first sync or a repair has come, in records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct FirstSync {
    /// Stored.
    pub done: u64,
    /// In all, once the master has said so.
    pub total: Option<u64>,
}

/// The last thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct LastError {
    /// When.
    pub at: Millis,
    /// Stable code.
    pub code: String,
    /// What is done about it.
    pub class: Class,
    /// A sentence.
    pub message: String,
}

/// The thing people look at: badge, banner and toasts are views of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncStatus {
    /// How the device stands to its master.
    pub connection: ConnectionState,
    /// Since when it stands so.
    pub since: Millis,
    /// Absent until enrolled.
    pub device: Option<DeviceInfo>,
    /// Whether it is enrolled.
    pub registered: bool,
    /// Who orders the log.
    pub role: NodeRole,
    /// Address of the master last talked to.
    pub master: Option<String>,
    /// Mutations without an outcome: the number to send.
    pub pending: u64,
    /// When the oldest of them was recorded.
    pub oldest_pending_at: Option<Millis>,
    /// Pending does not shrink although the connection is online.
    pub stalled: bool,
    /// Sent, no answer yet.
    pub in_flight: u64,
    /// Rejected mutations nobody has dismissed.
    pub attention: u64,
    /// Open conflicts.
    pub conflicts: u64,
    /// Open tasks.
    pub tasks: u64,
    /// When this device was last level with the master.
    pub last_synced_at: Option<Millis>,
    /// While a snapshot streams.
    pub first_sync: Option<FirstSync>,
    /// How far this device's clock is ahead of the master's.
    pub clock_skew_ms: Option<i64>,
    /// The last thing that went wrong.
    pub last_error: Option<LastError>,
    /// How safe what is stored here is.
    pub storage: StorageHealth,
}

/// Where this device stands in the log, for inspectors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncPosition {
    /// How far the log is applied; absent before the first sync.
    pub cursor: Option<Cursor>,
    /// The device's last seq decided there.
    pub your_seq: Seq,
    /// The seq of its next mutation.
    pub next_seq: Seq,
    /// The last seq that no restore of the master can lose.
    pub archived: Seq,
    /// Envelopes sent more than once since opening.
    pub resent: u64,
}

/// Which way a frame went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "FrameDirection"))]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the master.
    In,
    /// To the master.
    Out,
}

/// One frame as the inspector shows it: no payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "FrameLogEntry"))]
pub struct FrameEntry {
    /// When.
    pub at: Millis,
    /// Which way.
    pub direction: Direction,
    /// Its tag: `push`, `outcomes`, …
    pub kind: String,
    /// Its size.
    pub bytes: usize,
    /// What it carries, in a few words.
    pub summary: String,
}

sync_core::words! { StorageProblem { Lost = "lost", Full = "full", MemoryOnly = "memory_only" } }
sync_core::words! {
    Durability { Kept = "kept", Unpromised = "unpromised", Forgotten = "forgotten" }
}
sync_core::words! { PauseReason { Auth = "auth", NeedsUpgrade = "needs_upgrade" } }
