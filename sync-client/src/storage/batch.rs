//! The plain data that storages write and read back.

use serde::{Deserialize, Serialize};
use sync_core::{
    Change, CollectionName, Cursor, DeviceId, DeviceInfo, Digest, Envelope, Hlc, LogId, Map,
    Millis, Outcome, Position, RecordId, Refusal, Seq, StoreId, Value,
};

use super::StoredChange;

/// Names one mutation for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MutationId {
    /// The device under which it was recorded.
    pub device: DeviceId,
    /// Its number there.
    pub seq: Seq,
}

/// Who this device is. The token is a secret: never logged, never shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The store it belongs to.
    pub store: StoreId,
    /// What people call the store.
    pub store_name: String,
    /// The device as the master knows it.
    pub device: DeviceInfo,
    /// What it shows on every connection.
    pub token: String,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity")
            .field("store", &self.store)
            .field("device", &self.device)
            .finish_non_exhaustive()
    }
}

/// The small numbers that are kept with the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxMeta {
    /// The seq of the next mutation.
    pub next_seq: Seq,
    /// The device's clock: it never falls below this.
    pub hlc: Hlc,
    /// The last seq that no restore of the master can lose.
    pub archived: Seq,
}

impl Default for OutboxMeta {
    fn default() -> Self {
        Self {
            next_seq: Seq(1),
            hlc: Hlc::default(),
            archived: Seq(0),
        }
    }
}

/// One mutation of this device with what became of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OutboxRow {
    /// The mutation as it was sealed.
    pub envelope: Envelope,
    /// When it was recorded here.
    pub recorded_at: Millis,
    /// Set once it may only ever be sent as `void`, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub void: Option<String>,
    /// How it ended; a row without one is pushed again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<StoredOutcome>,
}

impl OutboxRow {
    /// Its name for good.
    pub fn id(&self) -> MutationId {
        MutationId {
            device: self.envelope.device,
            seq: self.envelope.seq,
        }
    }
}

/// An outcome as it is kept beside its row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredOutcome {
    /// The log it stands in: after a restore it may no longer hold.
    pub log_id: LogId,
    /// When it arrived.
    pub arrived_at: Millis,
    /// The outcome.
    pub outcome: Outcome,
}

/// A rejected mutation that waits for a person. It carries its payload: the row may be pruned.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Attention {
    /// Which mutation.
    pub id: MutationId,
    /// The mutation as it was sealed.
    pub envelope: Envelope,
    /// When it was recorded.
    pub recorded_at: Millis,
    /// When it was rejected.
    pub since: Millis,
    /// Why.
    pub refusal: Refusal,
}

/// Where the base stands. Written together with the records that brought it there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordsState {
    /// How far the log is applied.
    pub cursor: Cursor,
    /// The digest of the log there.
    pub digest: Digest,
    /// The device `your_seq` is about; for any other it counts as 0.
    pub device: DeviceId,
    /// The device's last seq decided at the cursor.
    pub your_seq: Seq,
    /// The first UTC day whose dated facts are held.
    pub scope_from: u32,
}

/// How far a snapshot has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageState {
    /// Where the snapshot began: a resume names it.
    pub start: Cursor,
    /// How far the log is applied to the stage.
    pub state: RecordsState,
    /// The last row stored; a resume goes on after it.
    pub after: Option<(CollectionName, RecordId)>,
    /// Rows stored.
    pub done: u64,
    /// Rows in the whole snapshot.
    pub total: u64,
    /// Set once the last line has come: the stage goes live when its cursor is there.
    pub end: Option<Position>,
}

/// One unit of durable writing.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Durable when `commit` returns.
    pub outbox: Option<OutboxPart>,
    /// The cache.
    pub records: Option<RecordsPart>,
}

/// What is written to the outbox side, all or nothing, in the order of the fields.
#[derive(Clone, Debug, Default)]
pub struct OutboxPart {
    /// The new identity.
    pub identity: Option<Identity>,
    /// The new numbers.
    pub meta: Option<OutboxMeta>,
    /// Named counters and marks to set.
    pub counters: Map<String, Value>,
    /// Rows to take away.
    pub remove: Vec<MutationId>,
    /// Rows to write, new or in the place of the one of the same id.
    pub rows: Vec<OutboxRow>,
    /// Outcomes to set on rows; `None` takes one away. A row that is not there is passed over.
    pub outcomes: Vec<(MutationId, Option<StoredOutcome>)>,
    /// Attention entries to write, new or in the place of the one of the same id.
    pub attend: Vec<Attention>,
    /// Attention entries to take away.
    pub dismiss: Vec<MutationId>,
    /// Old rows to take away.
    pub prune: Option<Prune>,
}

/// Which decided rows need not be kept any longer. A row without an outcome always is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prune {
    /// The device the two seqs are about.
    pub device: DeviceId,
    /// Up to here no restore of the master can lose one.
    pub archived: Seq,
    /// Up to here the base has them.
    pub your_seq: Seq,
    /// Archived rows whose outcome arrived before this go.
    pub archived_before: Millis,
    /// All rows whose outcome arrived before this go.
    pub any_before: Millis,
}

impl Prune {
    /// Whether a row may go.
    pub fn covers(&self, row: &OutboxRow) -> bool {
        row.outcome
            .as_ref()
            .is_some_and(|outcome| self.covers_decided(row.id(), outcome.arrived_at))
    }

    /// Whether a row may go whose outcome arrived then.
    pub fn covers_decided(&self, id: MutationId, arrived: Millis) -> bool {
        let own = id.device == self.device;
        if own && id.seq > self.your_seq {
            return false;
        }
        arrived < self.any_before
            || own && id.seq <= self.archived && arrived < self.archived_before
    }
}

/// What is written to the records side, all or nothing.
#[derive(Clone, Debug, Default)]
pub struct RecordsPart {
    /// It brings what a checksum missed, as it was all along: nobody is told of it as news.
    pub mended: bool,
    /// The cursor that must be the stored one, or else [`super::StorageError::Stale`].
    pub from: Option<Cursor>,
    /// Forgets base, stage and state first.
    pub clear: bool,
    /// New states of records of the base.
    pub changes: Vec<Change>,
    /// Records that left the device's scope.
    pub remove: Vec<(CollectionName, RecordId)>,
    /// Where the base stands after this.
    pub state: Option<RecordsState>,
    /// What happens to the stage.
    pub stage: Option<StageWrite>,
}

/// What happens to the stage of a snapshot.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "one at a time, and never kept; 32-bit targets do not mind"
)]
pub enum StageWrite {
    /// It is thrown away.
    Clear,
    /// Rows are added or replaced, and its state with them.
    Write {
        /// The rows.
        rows: Vec<StoredChange>,
        /// How far it has come.
        state: StageState,
    },
    /// It becomes the base, and the old base goes. [`RecordsPart::state`] comes with it.
    Promote,
}

/// What a storage holds, records aside.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// Who this device is; absent before it is enrolled.
    pub identity: Option<Identity>,
    /// The small numbers.
    pub meta: OutboxMeta,
    /// Named counters and marks.
    pub counters: Map<String, Value>,
    /// Rows without an outcome, and those whose effect the base does not have yet: of the current
    /// device the ones above its `your_seq`, of ids it had before those decided behind the cursor.
    pub rows: Vec<OutboxRow>,
    /// The attention list, oldest first.
    pub attention: Vec<Attention>,
    /// Where the base stands; absent before the first sync.
    pub records: Option<RecordsState>,
    /// How far a snapshot has come; absent where none is under way.
    pub stage: Option<StageState>,
    /// There was no room for the records: those that memory has are the ones meant by `records` and
    /// `stage`, and none were read back.
    pub records_in_memory: bool,
}

impl StoredOutcome {
    /// Whether it was decided where a base has not come yet.
    pub fn is_after(&self, base: Option<&RecordsState>) -> bool {
        let decided = (self.log_id.generation, self.outcome.position);
        let reached =
            |state: &RecordsState| (state.cursor.log_id.generation, state.cursor.position);
        base.is_none_or(|state| decided > reached(state))
    }
}

impl Loaded {
    /// Whether a row is one of [`Self::rows`].
    pub fn wants(&self, row: &OutboxRow) -> bool {
        let device = self.identity.as_ref().map(|identity| identity.device.id);
        match &row.outcome {
            None => true,
            Some(_) if device == Some(row.envelope.device) => row.envelope.seq > self.your_seq(),
            Some(stored) => device.is_some() && stored.is_after(self.records.as_ref()),
        }
    }

    /// The seq up to which the base has the current device's mutations.
    pub fn your_seq(&self) -> Seq {
        match (&self.identity, &self.records) {
            (Some(identity), Some(state)) if identity.device.id == state.device => state.your_seq,
            _ => Seq(0),
        }
    }
}

sync_core::fields! { MutationId { device, seq } }
sync_core::fields! { Identity { store, store_name, device, token } }
sync_core::fields! { OutboxMeta { next_seq, hlc, archived } }
sync_core::fields! { OutboxRow { envelope, recorded_at, void: skip, outcome: skip } }
sync_core::fields! { StoredOutcome { log_id, arrived_at, outcome } }
sync_core::fields! { Attention { id, envelope, recorded_at, since, refusal } }
sync_core::fields! { RecordsState { cursor, digest, device, your_seq, scope_from } }
sync_core::fields! { StageState { start, state, after: default, done, total, end: default } }
