//! What one write transaction does: first it is said, then it is done.

use js_sys::{Array, Uint8Array};
use rexie::{KeyRange, Transaction};
use sync_core::{Change, CollectionName, Map};
use wasm_bindgen::JsValue;

use super::key::{key_range, row_key};
use super::meta::{Meta, Stage};
use super::{META, ROWS, SEGMENTS};
use crate::storage::indexeddb::failure::Failure;
use crate::storage::indexeddb::fuse::Fuse;
use crate::storage::indexeddb::segment;
use crate::storage::{RecordsPart, StageWrite, StoredRecord};

/// Steps of a write transaction, in their order.
#[derive(Default)]
pub(super) struct Plan(Vec<(&'static str, Step)>);

/// One step, in one store.
enum Step {
    Delete(JsValue),
    Put(Vec<(JsValue, Option<JsValue>)>),
}

impl Plan {
    /// What a part changes.
    pub(super) fn of(part: &RecordsPart, meta: &mut Meta) -> Result<Self, Failure> {
        let mut plan = Self::default();
        if part.clear {
            let everything = key_range(None, None)?;
            plan.delete(SEGMENTS, &everything);
            plan.delete(ROWS, &everything);
            (meta.state, meta.stage, meta.singles) = (None, None, 0);
            meta.merged.clear();
        }
        let mut singles = Vec::with_capacity(part.changes.len() + part.remove.len());
        for Change { collection, record } in &part.changes {
            let key = row_key(meta.live, collection, record.id);
            singles.push((key, Some(record.into())));
        }
        for (collection, id) in &part.remove {
            singles.push((row_key(meta.live, collection, *id), None));
        }
        meta.singles += singles.len() as u32;
        plan.put_rows(singles);
        match &part.stage {
            None => {}
            Some(StageWrite::Clear) => {
                if let Some(stage) = meta.stage.take() {
                    plan.drop_epoch(stage.epoch)?;
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
                let mut by_collection: Map<&CollectionName, Vec<&StoredRecord>> = Map::new();
                for change in rows {
                    let records = by_collection.or_default(&change.collection);
                    records.push(&change.record);
                }
                for (collection, records) in by_collection {
                    plan.put_records(epoch, collection, &records, meta);
                }
                let state = state.clone();
                meta.stage = Some(Stage { epoch, state });
            }
            Some(StageWrite::Promote) => {
                if let Some(stage) = meta.stage.take() {
                    plan.drop_epoch(meta.live)?;
                    (meta.live, meta.singles) = (stage.epoch, 0);
                    meta.merged.clear();
                }
            }
        }
        if let Some(state) = part.state {
            meta.state = Some(state);
        }
        Ok(plan)
    }

    /// Single rows, which hide whatever is packed; nothing where a record left.
    pub(super) fn put_rows(&mut self, rows: Vec<(JsValue, Option<StoredRecord>)>) {
        if !rows.is_empty() {
            let text = |record: Option<StoredRecord>| sync_core::json::text(&record).into();
            let pairs = rows.into_iter().map(|(key, row)| (text(row), Some(key)));
            self.0.push((ROWS, Step::Put(pairs.collect())));
        }
    }

    /// Records packed into new segments, which hide whatever lies before them.
    pub(super) fn put_records(
        &mut self,
        epoch: u32,
        collection: &CollectionName,
        records: &[&StoredRecord],
        meta: &mut Meta,
    ) {
        for chunk in records.chunks(segment::ROWS) {
            let key = Array::of3(
                &epoch.into(),
                &collection.as_str().into(),
                &meta.next_segment.into(),
            );
            meta.next_segment += 1;
            let bytes = Uint8Array::from(segment::pack(chunk).as_slice());
            let pair = (bytes.into(), Some(key.into()));
            self.0.push((SEGMENTS, Step::Put(vec![pair])));
        }
    }

    /// Where everything stands after this.
    pub(super) fn put_meta(&mut self, meta: &Meta) {
        let pair = (sync_core::json::text(meta).into(), Some(META.into()));
        self.0.push((META, Step::Put(vec![pair])));
    }

    pub(super) fn delete(&mut self, store: &'static str, range: &KeyRange) {
        self.0.push((store, Step::Delete(range.clone().into())));
    }

    fn drop_epoch(&mut self, epoch: u32) -> Result<(), Failure> {
        let range = key_range(Some(epoch), None)?;
        self.delete(SEGMENTS, &range);
        self.delete(ROWS, &range);
        Ok(())
    }

    /// Does all of it or nothing.
    pub(super) async fn carry_out(self, tx: Transaction, fuse: &Fuse) -> Result<(), Failure> {
        match self.run(&tx, fuse).await {
            Ok(()) => Ok(tx.commit().await?),
            Err(failure) => {
                // A dropped transaction would commit what was asked of it so far.
                let _ = tx.abort().await;
                Err(failure)
            }
        }
    }

    async fn run(self, tx: &Transaction, fuse: &Fuse) -> Result<(), Failure> {
        for (store, step) in self.0 {
            fuse.pass()?;
            let store = tx.store(store)?;
            match step {
                Step::Delete(range) => store.delete(range).await?,
                Step::Put(pairs) => store.put_all(pairs.into_iter()).await?,
            }
        }
        fuse.pass()
    }
}
