//! IndexedDB, as two databases of one name.
//!
//! `…-outbox` holds what exists nowhere else and is written with strict durability; `…-records` is
//! the cached base, which can always be rebuilt from a snapshot. A tab that dies between the two
//! loses nothing: the outbox is written first, and what the base does not have yet is replayed.
//!
//! The newest opener gets a new fencing number, kept in both databases and checked inside every
//! write: a tab that was replaced while it slept cannot write over its successor.

mod failure;
mod fuse;
mod handle;
mod outbox;
mod records;
mod room;
mod segment;

use std::sync::Arc;

use super::{Batch, Loaded, MutationId, OutboxPart, OutboxRow, RecordSink, Storage, StorageError};
use crate::StorageHealth;
use failure::Failure;
use fuse::Fuse;
use outbox::OutboxDb;
use records::{RecordsDb, Standing};

/// The durable side of one device in a browser.
pub struct IndexedDb {
    outbox: OutboxDb,
    records: RecordsDb,
    #[cfg(not(feature = "small"))]
    fuse: Fuse,
}

impl IndexedDb {
    /// Opens the databases of a name, or makes them. Whoever had them open is fenced off.
    ///
    /// # Errors
    /// When the browser refuses: private mode, a policy, a database that cannot be read.
    pub async fn open(name: &str) -> Result<Self, StorageError> {
        let fuse = Fuse::default();
        let outbox = OutboxDb::open(&format!("{name}-outbox"), fuse.clone()).await?;
        let fence = outbox.fence();
        let records = RecordsDb::open(&format!("{name}-records"), fence, fuse.clone()).await?;
        Ok(Self {
            outbox,
            records,
            #[cfg(not(feature = "small"))]
            fuse,
        })
    }

    /// Removes everything under a name, unsent mutations too.
    ///
    /// # Errors
    /// When the browser refuses, or another tab keeps it open.
    pub async fn remove(name: &str) -> Result<(), StorageError> {
        handle::delete_database(&format!("{name}-outbox")).await?;
        handle::delete_database(&format!("{name}-records")).await?;
        Ok(())
    }

    /// Dies after so many more writes, as a tab does that is closed: for tests of what is left.
    #[doc(hidden)]
    #[cfg(not(feature = "small"))]
    pub fn die_after(&self, writes: u32) {
        self.fuse.set(writes);
    }

    /// Closes the browser's handles under the storage, as memory pressure does: for tests.
    #[doc(hidden)]
    pub fn drop_handles(&mut self) {
        self.outbox.close();
        self.records.close();
    }
}

impl Storage for IndexedDb {
    async fn load(&mut self, sink: &mut dyn RecordSink) -> Result<Loaded, StorageError> {
        let Standing { state, stage } = self.records.load(sink).await?;
        let mut loaded = self.outbox.load(state.as_ref()).await?;
        loaded.records = state;
        loaded.stage = stage;
        loaded.records_in_memory = !self.records.are_kept();
        Ok(loaded)
    }

    async fn commit(&mut self, batch: impl Into<Arc<Batch>>) -> Result<(), StorageError> {
        let batch = batch.into();
        if let Some(part) = &batch.outbox {
            self.commit_outbox(part).await?;
        }
        if let Some(part) = &batch.records {
            self.records.commit(part).await?;
        }
        Ok(())
    }

    async fn outbox(
        &mut self,
        from: MutationId,
        limit: usize,
    ) -> Result<Vec<OutboxRow>, StorageError> {
        Ok(self.outbox.rows(from, limit).await?)
    }

    fn health(&self) -> impl Future<Output = StorageHealth> + use<> {
        room::health(self.records.are_kept())
    }
}

impl IndexedDb {
    /// Where the disk is full the cache gives way: what it holds, the master has too.
    async fn commit_outbox(&mut self, part: &OutboxPart) -> Result<(), Failure> {
        loop {
            match self.outbox.commit(part).await {
                // Once it is empty it has nothing more to give.
                Err(Failure::Full(_)) if self.records.give_way().await => {}
                result => return result,
            }
        }
    }
}

impl From<Failure> for StorageError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Full(why) => Self::Full(why),
            Failure::Lost(why) => Self::Lost(why),
            Failure::Refused(why) => Self::Refused(why),
            Failure::Busy(why) => Self::Held(why),
            Failure::Fenced => Self::Held("another tab has taken over".to_owned()),
            Failure::Moved => Self::Stale,
            Failure::Corrupt(why) => Self::Unreadable(why),
            #[cfg(not(feature = "small"))]
            Failure::Killed => Self::Failed("killed by a test".to_owned()),
        }
    }
}
