//! What lasts on a device: outbox, attention list, identity, and the base as a cache.
//!
//! A storage knows no rules. It writes one [`Batch`] at a time and reads everything back on opening;
//! every read in between is answered from memory by [`crate::base`].

mod batch;
#[cfg(target_arch = "wasm32")]
pub mod indexeddb;
#[cfg(not(target_arch = "wasm32"))]
pub mod sqlite;
mod stored;

pub mod conformance;
pub mod memory;

use std::future::Future;
use std::sync::Arc;

use sync_core::CollectionName;

pub use batch::{
    Attention, Batch, Identity, Loaded, MutationId, OutboxMeta, OutboxPart, OutboxRow, Prune,
    RecordsPart, RecordsState, StageState, StageWrite, StoredOutcome,
};

pub use stored::{StoredChange, StoredRecord};

use crate::StorageHealth;
use crate::platform::MaybeSend;

/// Why a storage could not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// Nothing was written: there is no room.
    #[error("the disk is full: {0}")]
    Full(String),
    /// Nothing was written: too little room is left to record anything while offline.
    #[error("the disk is nearly full: {used} of {quota} bytes are used")]
    NearlyFull {
        /// Bytes in use.
        used: u64,
        /// Bytes that may be used.
        quota: u64,
    },
    /// There is no storage here, or one that forgets: private mode, a policy.
    #[error("nothing can be kept here: {0}")]
    Refused(String),
    /// The store was taken away while it was open.
    #[error("the storage was taken away: {0}")]
    Lost(String),
    /// Another process or tab holds the store.
    #[error("another program holds this storage: {0}")]
    Held(String),
    /// Somebody else wrote since this side last read: its base is no longer the stored one.
    #[error("the stored cursor is not the one expected")]
    Stale,
    /// What is stored is of a newer version of the app, or cannot be read.
    #[error("the storage cannot be read: {0}")]
    Unreadable(String),
    /// Anything else the backend says.
    #[error("the storage failed: {0}")]
    Failed(String),
}

/// Where a record that is read back belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// The base.
    Base,
    /// The stage of a snapshot under way.
    Stage,
}

/// Takes the records that [`Storage::load`] reads back.
pub trait RecordSink: MaybeSend {
    /// Takes some records of a collection, a few hundred at a time.
    fn take(&mut self, area: Area, collection: &CollectionName, records: Vec<StoredRecord>);
}

/// The durable side of one device. One owner, one call at a time.
///
/// A batch has two parts. The outbox part is durable against a power cut when `commit` returns, and
/// all or nothing. The records part is all or nothing too; it is a cache and may last a little
/// later. Where the two live in different databases the outbox part is written first.
pub trait Storage: MaybeSend + 'static {
    /// Reads everything back: outbox rows without an outcome, those with a seq above the base's
    /// `your_seq`, meta, attention list; the records go into `sink`.
    ///
    /// Called on opening, and again after a failed commit.
    ///
    /// # Errors
    /// When the store cannot be opened or read.
    fn load(
        &mut self,
        sink: &mut dyn RecordSink,
    ) -> impl Future<Output = Result<Loaded, StorageError>> + MaybeSend;

    /// Writes one batch. When this returns an error the outbox part is either not there or wholly
    /// there; the caller loads again before it goes on.
    ///
    /// # Errors
    /// When it is not certain that the batch is durable.
    fn commit(
        &mut self,
        batch: impl Into<Arc<Batch>> + MaybeSend,
    ) -> impl Future<Output = Result<(), StorageError>> + MaybeSend;

    /// The retained rows from one on, decided ones too, by device and seq, at most `limit`. A device
    /// that had to take on another id keeps rows of the earlier ones; ids grow with time.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn outbox(
        &mut self,
        from: MutationId,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<OutboxRow>, StorageError>> + MaybeSend;

    /// How safe what is stored is. Asked now and then, beside other calls.
    fn health(&self) -> impl Future<Output = StorageHealth> + MaybeSend + use<Self> {
        std::future::ready(StorageHealth::default())
    }
}
