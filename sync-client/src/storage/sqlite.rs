//! A storage in one SQLite file: WAL, `synchronous=FULL`, one thread that owns the connection.
//!
//! Outbox and records lie in one file, and a batch is one transaction: they are durable together.

mod error;
mod fuse;
mod migrate;
mod read;
mod worker;
mod write;

use std::path::Path;
use std::sync::Arc;

use tokio::sync::mpsc;

use crate::platform::MaybeSend;

use super::{Batch, Loaded, MutationId, OutboxRow, RecordSink, Storage, StorageError};
use fuse::Fuse;
use worker::Worker;

/// Chunks of records that are read ahead while opening.
const CHUNKS_AHEAD: usize = 4;

/// One device's SQLite file. Dropping it closes the file and gives it free.
#[derive(Debug)]
pub struct SqliteStorage {
    worker: Worker,
    fuse: Fuse,
}

impl SqliteStorage {
    /// Opens a file, and makes it where it is not there.
    ///
    /// # Errors
    /// [`StorageError::Held`] while another process or client has it open,
    /// [`StorageError::Unreadable`] where it is of a newer version or no database.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StorageError> {
        let worker = Worker::start(path.as_ref().to_owned()).await?;
        Ok(Self {
            worker,
            fuse: Fuse::default(),
        })
    }

    /// Lets so many more writes through and fails from then on, as a killed process would.
    pub fn kill_after(&self, writes: u32) {
        self.fuse.set(writes);
    }

    /// Limits the file to so many pages of 4 KiB, as a full disk would.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub async fn limit_pages(&self, pages: u32) -> Result<(), StorageError> {
        self.worker
            .run(move |db| {
                db.pragma_update(None, "max_page_count", pages)?;
                Ok(())
            })
            .await
    }
}

impl Storage for SqliteStorage {
    async fn load(&mut self, sink: &mut dyn RecordSink) -> Result<Loaded, StorageError> {
        let (sender, mut chunks) = mpsc::channel(CHUNKS_AHEAD);
        let loaded = self.worker.start_run(move |db| read::load(db, &sender))?;
        while let Some((area, collection, records)) = chunks.recv().await {
            sink.take(area, &collection, records);
        }
        worker::answer(loaded).await
    }

    async fn commit(
        &mut self,
        batch: impl Into<Arc<Batch>> + MaybeSend,
    ) -> Result<(), StorageError> {
        let (fuse, batch) = (self.fuse.clone(), batch.into());
        self.worker
            .run(move |db| write::commit(db, &batch, &fuse))
            .await
    }

    async fn outbox(
        &mut self,
        from: MutationId,
        limit: usize,
    ) -> Result<Vec<OutboxRow>, StorageError> {
        self.worker
            .run(move |db| read::outbox(db, from, limit))
            .await
    }
}
