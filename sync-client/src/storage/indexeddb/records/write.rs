//! What one write transaction does.

use js_sys::{Array, Uint8Array};
use rexie::Store;
use sync_core::{Change, CollectionName, Map, Record};
use wasm_bindgen::JsValue;

use super::META;
use super::key::{key_range, row_key};
use super::meta::{Meta, Stage};
use crate::storage::indexeddb::failure::Failure;
use crate::storage::indexeddb::fuse::Fuse;
use crate::storage::indexeddb::segment;
use crate::storage::{RecordsPart, StageWrite};

/// The stores of a running write transaction.
pub(super) struct Writing {
    pub(super) segments: Store,
    pub(super) rows: Store,
    pub(super) meta: Store,
    pub(super) fuse: Fuse,
}

impl Writing {
    pub(super) async fn stored_meta(&self) -> Result<Option<Meta>, Failure> {
        let value = self.meta.get(META.into()).await?;
        value.as_ref().map(Meta::read).transpose()
    }

    pub(super) async fn own_meta(&self, fence: u32) -> Result<Meta, Failure> {
        let meta = self.stored_meta().await?;
        let meta = meta.unwrap_or_else(|| Meta::new(fence));
        if meta.fence != fence {
            return Err(Failure::Fenced);
        }
        Ok(meta)
    }

    pub(super) async fn put_meta(&self, meta: &Meta) -> Result<(), Failure> {
        self.fuse.pass()?;
        let json = sync_core::json::text(meta);
        self.meta.put(&json.into(), Some(&META.into())).await?;
        Ok(())
    }

    pub(super) async fn apply(&self, part: &RecordsPart, meta: &mut Meta) -> Result<(), Failure> {
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

    pub(super) async fn put_rows(&self, rows: Vec<(JsValue, JsValue)>) -> Result<(), Failure> {
        if rows.is_empty() {
            return Ok(());
        }
        self.fuse.pass()?;
        let pairs = rows.into_iter().map(|(key, row)| (row, Some(key)));
        Ok(self.rows.put_all(pairs).await?)
    }

    /// Packs rows into new segments, which hide whatever lies before them.
    pub(super) async fn put_segments(
        &self,
        epoch: u32,
        rows: &[Change],
        meta: &mut Meta,
    ) -> Result<(), Failure> {
        let mut by_collection: Map<&CollectionName, Vec<&Record>> = Map::new();
        for change in rows {
            let records = by_collection.or_default(&change.collection);
            records.push(&change.record);
        }
        for (collection, records) in by_collection {
            self.put_records(epoch, collection, &records, meta).await?;
        }
        Ok(())
    }

    pub(super) async fn put_records(
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

    pub(super) async fn put_segment(
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

    pub(super) async fn drop_epoch(&self, epoch: u32) -> Result<(), Failure> {
        self.fuse.pass()?;
        let range = key_range(epoch, None)?;
        self.segments.delete(range.clone().into()).await?;
        self.rows.delete(range.into()).await?;
        Ok(())
    }
}

pub(super) fn row(record: Option<&Record>) -> JsValue {
    let json = sync_core::json::text(&record);
    json.into()
}
