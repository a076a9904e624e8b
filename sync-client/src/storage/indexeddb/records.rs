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
mod read;

use std::collections::BTreeMap;
use std::pin::pin;

use futures_util::future::{Either, select};
use js_sys::{Array, Uint8Array};
use rexie::{KeyRange, ObjectStore, Rexie, Store, Transaction, TransactionMode};
use serde::{Deserialize, Serialize};
use sync_core::{Change, CollectionName, Record, RecordId};
use wasm_bindgen::JsValue;

use super::failure::Failure;
use super::fuse::Fuse;
use super::segment;
use crate::platform;
use crate::storage::{RecordSink, RecordsPart, RecordsState, StageState, StageWrite};

const SEGMENTS: &str = "segments";
const ROWS: &str = "rows";
const META: &str = "meta";
const STORES: [&str; 3] = [SEGMENTS, ROWS, META];

/// The layout this build writes. Another one is thrown away and rebuilt.
const FORMAT: u32 = 1;
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
}

/// Everything that is written together with records.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Meta {
    format: u32,
    /// The tab that may write.
    fence: u32,
    /// The epoch of the base.
    live: u32,
    /// The next epoch that was never used.
    next_epoch: u32,
    /// The next segment's number.
    next_segment: u32,
    /// Single rows written to the base since they were last packed.
    singles: u32,
    /// Segments per collection when they were last merged.
    merged: BTreeMap<CollectionName, u32>,
    state: Option<RecordsState>,
    stage: Option<Stage>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Stage {
    epoch: u32,
    state: StageState,
}

impl RecordsDb {
    /// Opens it for the tab of a fencing number; one that is broken is made anew.
    pub(super) async fn open(name: &str, fence: u32, fuse: Fuse) -> Result<Self, Failure> {
        let mut records = Self {
            name: name.to_owned(),
            database: None,
            fence,
            fuse,
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
    pub(super) async fn load(
        &mut self,
        sink: &mut dyn RecordSink,
    ) -> Result<(Option<RecordsState>, Option<StageState>), Failure> {
        let mut loaded = self.try_load(sink).await;
        if let Err(Failure::Lost(_)) = loaded {
            self.close();
            loaded = self.try_load(sink).await;
        }
        let meta = match loaded {
            Ok(meta) => meta,
            Err(Failure::Corrupt(_)) => {
                self.rebuild().await?;
                Meta::new(self.fence)
            }
            Err(failure) => return Err(failure),
        };
        Ok((meta.state, meta.stage.map(|stage| stage.state)))
    }

    /// Writes one part, all or nothing.
    pub(super) async fn commit(&mut self, part: &RecordsPart) -> Result<(), Failure> {
        let mut written = self.try_commit(part).await;
        if let Err(Failure::Lost(_)) = written {
            self.close();
            // Had the first try been written after all, the cursor tells: the caller loads again.
            written = self.try_commit(part).await;
        }
        if written? > SINGLES {
            // Packing is housekeeping: its failure is no failure of this write.
            let _ = self.compact().await;
        }
        Ok(())
    }

    async fn database(&mut self) -> Result<&Rexie, Failure> {
        if self.database.is_none() {
            let stores = STORES
                .into_iter()
                .map(|name| ObjectStore::new(name).auto_increment(false));
            let builder = stores.fold(Rexie::builder(&self.name).version(1), |builder, store| {
                builder.add_object_store(store)
            });
            self.database = Some(builder.build().await?);
        }
        self.database
            .as_ref()
            .ok_or_else(|| Failure::Lost("no handle".to_owned()))
    }

    async fn take_over(&mut self) -> Result<(), Failure> {
        let fence = self.fence;
        self.write(|writing| async move {
            let mut meta = writing.stored_meta().await?;
            if meta.as_ref().is_some_and(|meta| meta.fence > fence) {
                return Err(Failure::Fenced);
            }
            let meta = meta.get_or_insert_with(|| Meta::new(fence));
            meta.fence = fence;
            writing.put_meta(meta).await
        })
        .await
    }

    async fn rebuild(&mut self) -> Result<(), Failure> {
        self.close();
        delete(&self.name).await?;
        self.take_over().await
    }

    async fn try_commit(&mut self, part: &RecordsPart) -> Result<u32, Failure> {
        let fence = self.fence;
        self.write(|writing| async move {
            let mut meta = writing.own_meta(fence).await?;
            let stored = meta.state.as_ref().map(|state| state.cursor);
            if !part.clear && part.from != stored {
                return Err(Failure::Moved);
            }
            writing.apply(part, &mut meta).await?;
            writing.put_meta(&meta).await?;
            Ok(meta.singles)
        })
        .await
    }

    /// Runs one write transaction; whatever fails in it takes it back.
    async fn write<T, F: Future<Output = Result<T, Failure>>>(
        &mut self,
        work: impl FnOnce(Writing) -> F,
    ) -> Result<T, Failure> {
        let fuse = self.fuse.clone();
        let tx = self
            .database()
            .await?
            .transaction(&STORES, TransactionMode::ReadWrite)?;
        let writing = Writing {
            segments: tx.store(SEGMENTS)?,
            rows: tx.store(ROWS)?,
            meta: tx.store(META)?,
            fuse: fuse.clone(),
        };
        let done = match work(writing).await {
            Ok(done) => fuse.pass().map(|()| done),
            Err(failure) => Err(failure),
        };
        match done {
            Ok(done) => {
                tx.commit().await?;
                Ok(done)
            }
            Err(failure) => {
                // A dropped transaction would commit what was asked of it so far.
                let _ = tx.abort().await;
                Err(failure)
            }
        }
    }
}

impl Drop for RecordsDb {
    fn drop(&mut self) {
        self.close();
    }
}

impl Meta {
    fn new(fence: u32) -> Self {
        Self {
            format: FORMAT,
            fence,
            live: 1,
            next_epoch: 2,
            next_segment: 0,
            singles: 0,
            merged: BTreeMap::new(),
            state: None,
            stage: None,
        }
    }

    fn read(value: &JsValue) -> Result<Self, Failure> {
        let text = value.as_string().unwrap_or_default();
        let meta: Self =
            sync_core::json::from_str(&text).map_err(|e| Failure::unreadable("the cursor", &e))?;
        if meta.format != FORMAT {
            return Err(Failure::Corrupt(format!(
                "records of format {}",
                meta.format
            )));
        }
        Ok(meta)
    }
}

/// The stores of a running write transaction.
struct Writing {
    segments: Store,
    rows: Store,
    meta: Store,
    fuse: Fuse,
}

impl Writing {
    async fn stored_meta(&self) -> Result<Option<Meta>, Failure> {
        let value = self.meta.get(META.into()).await?;
        value.as_ref().map(Meta::read).transpose()
    }

    async fn own_meta(&self, fence: u32) -> Result<Meta, Failure> {
        let meta = self.stored_meta().await?;
        let meta = meta.unwrap_or_else(|| Meta::new(fence));
        if meta.fence != fence {
            return Err(Failure::Fenced);
        }
        Ok(meta)
    }

    async fn put_meta(&self, meta: &Meta) -> Result<(), Failure> {
        self.fuse.pass()?;
        let json = serde_json::to_string(meta).expect("a cursor is plain data: always JSON");
        self.meta.put(&json.into(), Some(&META.into())).await?;
        Ok(())
    }

    async fn apply(&self, part: &RecordsPart, meta: &mut Meta) -> Result<(), Failure> {
        if part.clear {
            self.fuse.pass()?;
            self.segments.clear().await?;
            self.rows.clear().await?;
            (meta.state, meta.stage, meta.singles) = (None, None, 0);
            meta.merged.clear();
        }
        let changed = part.changes.iter().map(|change| {
            let (key, record) = (&change.collection, &change.record);
            (row_key(meta.live, key, record.id), row(Some(record)))
        });
        let removed = part
            .remove
            .iter()
            .map(|(collection, id)| (row_key(meta.live, collection, *id), row(None)));
        let singles: Vec<(JsValue, JsValue)> = changed.chain(removed).collect();
        meta.singles += singles.len() as u32;
        self.put_rows(singles).await?;
        match &part.stage {
            None => {}
            Some(StageWrite::Clear) => {
                if let Some(stage) = meta.stage.take() {
                    self.drop_epoch(stage.epoch).await?;
                }
            }
            Some(StageWrite::Write { rows, state }) => {
                let epoch = match &meta.stage {
                    Some(stage) => stage.epoch,
                    None => {
                        meta.next_epoch += 1;
                        meta.next_epoch - 1
                    }
                };
                self.put_segments(epoch, rows, meta).await?;
                let state = state.clone();
                meta.stage = Some(Stage { epoch, state });
            }
            Some(StageWrite::Promote) => {
                if let Some(stage) = meta.stage.take() {
                    self.drop_epoch(meta.live).await?;
                    (meta.live, meta.singles) = (stage.epoch, 0);
                    meta.merged.clear();
                }
            }
        }
        if let Some(state) = part.state {
            meta.state = Some(state);
        }
        Ok(())
    }

    async fn put_rows(&self, rows: Vec<(JsValue, JsValue)>) -> Result<(), Failure> {
        if rows.is_empty() {
            return Ok(());
        }
        self.fuse.pass()?;
        let pairs = rows.into_iter().map(|(key, row)| (row, Some(key)));
        Ok(self.rows.put_all(pairs).await?)
    }

    /// Packs rows into new segments, which hide whatever lies before them.
    async fn put_segments(
        &self,
        epoch: u32,
        rows: &[Change],
        meta: &mut Meta,
    ) -> Result<(), Failure> {
        let mut by_collection: BTreeMap<&CollectionName, Vec<&Record>> = BTreeMap::new();
        for change in rows {
            let records = by_collection.entry(&change.collection).or_default();
            records.push(&change.record);
        }
        for (collection, records) in by_collection {
            self.put_records(epoch, collection, &records, meta).await?;
        }
        Ok(())
    }

    async fn put_records(
        &self,
        epoch: u32,
        collection: &CollectionName,
        records: &[&Record],
        meta: &mut Meta,
    ) -> Result<(), Failure> {
        for chunk in records.chunks(segment::ROWS) {
            self.put_segment(epoch, collection, chunk, meta).await?;
        }
        Ok(())
    }

    async fn put_segment(
        &self,
        epoch: u32,
        collection: &CollectionName,
        records: &[&Record],
        meta: &mut Meta,
    ) -> Result<(), Failure> {
        self.fuse.pass()?;
        let packed = segment::pack(records.iter().copied());
        let key = Array::of3(
            &epoch.into(),
            &collection.as_str().into(),
            &meta.next_segment.into(),
        );
        meta.next_segment += 1;
        let bytes = Uint8Array::from(packed.as_slice());
        self.segments.put(&bytes, Some(&key)).await?;
        Ok(())
    }

    async fn drop_epoch(&self, epoch: u32) -> Result<(), Failure> {
        self.fuse.pass()?;
        let range = key_range(epoch, None)?;
        self.segments.delete(range.clone().into()).await?;
        self.rows.delete(range.into()).await?;
        Ok(())
    }
}

/// Removes the database, unless a tab that sleeps keeps it open.
async fn delete(name: &str) -> Result<(), Failure> {
    let gone = pin!(Rexie::delete(name));
    let patience = pin!(platform::sleep(PATIENCE_MS));
    match select(gone, patience).await {
        Either::Left((gone, _)) => Ok(gone?),
        Either::Right(_) => {
            let why = "another tab keeps the cached records open: close it";
            Err(Failure::Refused(why.to_owned()))
        }
    }
}

/// All keys of an epoch, or of one collection in it. An array sorts after every number and text.
fn key_range(epoch: u32, collection: Option<&CollectionName>) -> Result<KeyRange, Failure> {
    let lower = Array::of1(&epoch.into());
    if let Some(collection) = collection {
        lower.push(&collection.as_str().into());
    }
    let upper = lower.slice(0, lower.length());
    upper.push(&Array::new());
    let range = KeyRange::bound(&lower, &upper, None, None).map_err(rexie::Error::from)?;
    Ok(range)
}

fn row_key(epoch: u32, collection: &CollectionName, id: RecordId) -> JsValue {
    let (collection, id) = (collection.as_str().into(), id.to_string().into());
    Array::of3(&epoch.into(), &collection, &id).into()
}

fn row(record: Option<&Record>) -> JsValue {
    let json = serde_json::to_string(&record).expect("a record is plain data: always JSON");
    json.into()
}

fn reading(database: &Rexie) -> Result<Transaction, Failure> {
    Ok(database.transaction(&STORES, TransactionMode::ReadOnly)?)
}
