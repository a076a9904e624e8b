//! The database of the cached base, through rexie. Whatever happens to it, it is rebuilt.
//!
//! | store | key | value |
//! | --- | --- | --- |
//! | `segments` | `[epoch, collection, n]` | packed records, bytes |
//! | `rows` | `[epoch, collection, id]` | one record as JSON text, or nothing where it left |
//! | `meta` | `meta` | [`Meta`] as JSON text |
//!
//! A later segment hides an earlier one, a single row hides every segment. Base and stage are two
//! epochs: promoting the stage is one number in `meta`, and a range that is deleted.

mod compact;
mod key;
mod meta;
mod read;
mod write;

use std::pin::pin;

use futures_util::future::{Either, select};
use rexie::{ObjectStore, Rexie, Transaction, TransactionMode};

use super::failure::Failure;
use super::fuse::Fuse;
use super::handle::delete_database;
use crate::platform;
use crate::storage::{RecordSink, RecordsPart};
use meta::Meta;
pub(super) use meta::Standing;
use write::Plan;

const SEGMENTS: &str = "segments";
const ROWS: &str = "rows";
const META: &str = "meta";
const STORES: [&str; 3] = [SEGMENTS, ROWS, META];

/// Single rows of the base that are worth packing.
const SINGLES: u32 = 1_000;
/// How long another tab may take to let go of a database that is to be removed.
const PATIENCE_MS: u64 = 3_000;

/// The records side of a device.
pub(super) struct RecordsDb {
    name: String,
    database: Option<Rexie>,
    fence: u32,
    fuse: Fuse,
    /// How far the records are that memory has.
    standing: Standing,
    disk: Disk,
}

/// What the disk has of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Disk {
    /// The same.
    Level,
    /// An earlier state: there was no room for the rest.
    Behind,
    /// Nothing: the outbox needed the room.
    Empty,
}

impl RecordsDb {
    /// Opens it for the tab of a fencing number; one that is broken is made anew.
    pub(super) async fn open(name: &str, fence: u32, fuse: Fuse) -> Result<Self, Failure> {
        let mut records = Self {
            name: name.to_owned(),
            database: None,
            fence,
            fuse,
            standing: Standing::default(),
            disk: Disk::Level,
        };
        match records.take_over().await {
            Err(Failure::Fenced) => Err(Failure::Fenced),
            Err(_) => {
                records.rebuild().await?;
                Ok(records)
            }
            Ok(()) => Ok(records),
        }
    }

    /// Drops the handle; the next call opens it again.
    pub(super) fn close(&mut self) {
        if let Some(database) = self.database.take() {
            database.close();
        }
    }

    /// Reads every record back. What cannot be read is thrown away: a snapshot brings it again.
    pub(super) async fn load(&mut self, sink: &mut dyn RecordSink) -> Result<Standing, Failure> {
        if !self.are_kept() {
            return Ok(self.standing.clone());
        }
        let mut again = true;
        let meta = loop {
            match self.try_load(sink).await {
                Ok(meta) => break meta,
                Err(Failure::Lost(_)) if std::mem::take(&mut again) => self.close(),
                Err(Failure::Corrupt(_)) => {
                    self.rebuild().await?;
                    break Meta::new(self.fence);
                }
                Err(failure) => return Err(failure),
            }
        };
        self.standing = Standing {
            state: meta.state,
            stage: meta.stage.map(|stage| stage.state),
        };
        Ok(self.standing.clone())
    }

    /// Writes one part, all or nothing. Where there is no room for it memory goes on alone: a cache
    /// must not stop a till.
    pub(super) async fn commit(&mut self, part: &RecordsPart) -> Result<(), Failure> {
        if self.are_kept() {
            match self.write_part(part).await {
                Err(Failure::Full(why)) => {
                    tracing::warn!(why, "no room for records: they are kept in memory");
                    self.disk = Disk::Behind;
                }
                result => result?,
            }
        } else if !part.clear && part.from != self.standing.state.map(|state| state.cursor) {
            return Err(Failure::Moved);
        }
        self.standing.follow(part);
        Ok(())
    }

    /// Whether the disk has what memory has.
    pub(super) fn are_kept(&self) -> bool {
        self.disk == Disk::Level
    }

    /// Removes everything from the disk, so that there is room for what exists nowhere else. Says
    /// whether there was anything to remove.
    pub(super) async fn give_way(&mut self) -> bool {
        if self.disk == Disk::Empty {
            return false;
        }
        self.close();
        self.disk = Disk::Empty;
        delete(&self.name).await.is_ok()
    }

    async fn write_part(&mut self, part: &RecordsPart) -> Result<(), Failure> {
        let mut again = true;
        let singles = loop {
            match self.try_commit(part).await {
                // Had this try been written after all, the cursor tells: the caller loads again.
                Err(Failure::Lost(_)) if std::mem::take(&mut again) => self.close(),
                written => break written?,
            }
        };
        if singles > SINGLES {
            // Packing is housekeeping: its failure is no failure of this write.
            let _ = self.compact().await;
        }
        Ok(())
    }

    async fn database(&mut self) -> Result<&Rexie, Failure> {
        if self.database.is_none() {
            let mut builder = Rexie::builder(&self.name).version(1);
            for name in STORES {
                builder = builder.add_object_store(ObjectStore::new(name).auto_increment(false));
            }
            self.database = Some(builder.build().await?);
        }
        self.database
            .as_ref()
            .ok_or_else(|| Failure::Lost("no handle".to_owned()))
    }

    async fn take_over(&mut self) -> Result<(), Failure> {
        let (fence, fuse) = (self.fence, self.fuse.clone());
        let (tx, stored) = self.begin(TransactionMode::ReadWrite).await?;
        let mut meta = match stored {
            Some(meta) if meta.fence > fence => return Err(Failure::Fenced),
            Some(meta) => meta,
            None => Meta::new(fence),
        };
        meta.fence = fence;
        let mut plan = Plan::default();
        plan.put_meta(&meta);
        plan.carry_out(tx, &fuse).await
    }

    async fn rebuild(&mut self) -> Result<(), Failure> {
        self.close();
        delete(&self.name).await?;
        self.take_over().await
    }

    async fn try_commit(&mut self, part: &RecordsPart) -> Result<u32, Failure> {
        let fuse = self.fuse.clone();
        let (tx, mut meta) = self.begin_own(TransactionMode::ReadWrite).await?;
        let stored = meta.state.as_ref().map(|state| state.cursor);
        if !part.clear && part.from != stored {
            return Err(Failure::Moved);
        }
        let mut plan = Plan::of(part, &mut meta)?;
        plan.put_meta(&meta);
        plan.carry_out(tx, &fuse).await?;
        Ok(meta.singles)
    }

    /// Begins a transaction and reads where everything stands, if this tab may still work here.
    async fn begin_own(&mut self, mode: TransactionMode) -> Result<(Transaction, Meta), Failure> {
        let fence = self.fence;
        let (tx, stored) = self.begin(mode).await?;
        let meta = stored.unwrap_or_else(|| Meta::new(fence));
        match meta.fence == fence {
            true => Ok((tx, meta)),
            false => Err(Failure::Fenced),
        }
    }

    async fn begin(
        &mut self,
        mode: TransactionMode,
    ) -> Result<(Transaction, Option<Meta>), Failure> {
        let tx = self.database().await?.transaction(&STORES, mode)?;
        let stored = read::one(&tx, META, &META.into()).await?;
        let meta = stored.as_ref().map(Meta::read).transpose()?;
        Ok((tx, meta))
    }
}

impl Drop for RecordsDb {
    fn drop(&mut self) {
        self.close();
    }
}

/// Removes the database, unless a tab that sleeps keeps it open.
async fn delete(name: &str) -> Result<(), Failure> {
    let gone = pin!(delete_database(name));
    let patience = pin!(platform::sleep(PATIENCE_MS));
    match select(gone, patience).await {
        Either::Left((gone, _)) => gone,
        Either::Right(_) => {
            let why = "another tab keeps the cached records open: close it";
            Err(Failure::Busy(why.to_owned()))
        }
    }
}
