//! Packing single rows, so that opening stays fast however long the device runs.
//!
//! Small step: a collection's single rows become one more segment. Big step, when that has doubled
//! its segments: they are merged into fresh ones, and what was hidden goes.

use std::collections::BTreeMap;

use sync_core::{CollectionName, Map, Record, RecordId};
use wasm_bindgen::JsValue;

use super::RecordsDb;
use super::key::{key_range, row_key};
use super::meta::Meta;
use super::read::{self, Singles};
use super::write::{Writing, row};
use crate::storage::indexeddb::failure::Failure;
use crate::storage::indexeddb::segment;

/// Segments a collection may have before merging them is worth it.
const FEW: u32 = 8;

impl RecordsDb {
    pub(super) async fn compact(&mut self) -> Result<(), Failure> {
        let fence = self.fence;
        self.write(|writing| async move {
            let mut meta = writing.own_meta(fence).await?;
            writing.compact(&mut meta).await?;
            writing.put_meta(&meta).await
        })
        .await
    }
}

impl Writing {
    async fn compact(&self, meta: &mut Meta) -> Result<(), Failure> {
        let range = key_range(meta.live, None)?;
        let singles: Singles = read::singles(&self.rows, range.clone()).await?;
        let mut segments: Map<CollectionName, Vec<JsValue>> = Map::new();
        for key in self
            .segments
            .get_all_keys(Some(range.clone()), None)
            .await?
        {
            let keys = segments.or_default(read::collection_of(&key)?);
            keys.push(key);
        }
        self.fuse.pass()?;
        self.rows.delete(range.into()).await?;
        for (collection, rows) in singles {
            let keys = segments.remove(&collection).unwrap_or_default();
            let merged = meta.merged.get(&collection).copied().unwrap_or(0);
            if keys.len() as u32 >= (merged * 2).max(FEW) {
                self.merge(&collection, keys, rows, meta).await?;
            } else {
                self.append(&collection, rows, meta).await?;
            }
        }
        meta.singles = 0;
        Ok(())
    }

    async fn append(
        &self,
        collection: &CollectionName,
        rows: Map<RecordId, Option<Record>>,
        meta: &mut Meta,
    ) -> Result<(), Failure> {
        let left = rows.iter().filter(|(_, record)| record.is_none());
        let left = left.map(|(id, _)| (row_key(meta.live, collection, *id), row(None)));
        self.put_rows(left.collect()).await?;
        let records: Vec<&Record> = rows.values().flatten().collect();
        self.put_records(meta.live, collection, &records, meta)
            .await
    }

    async fn merge(
        &self,
        collection: &CollectionName,
        keys: Vec<JsValue>,
        rows: Map<RecordId, Option<Record>>,
        meta: &mut Meta,
    ) -> Result<(), Failure> {
        let mut all: BTreeMap<RecordId, Record> = BTreeMap::new();
        for key in keys {
            if let Some(bytes) = self.segments.get(key).await? {
                let records = segment::unpack(&read::bytes_of(&bytes))?;
                all.extend(records.iter().map(|stored| (stored.id, stored.record())));
            }
        }
        for (id, record) in rows {
            match record {
                Some(record) => all.insert(id, record),
                None => all.remove(&id),
            };
        }
        self.fuse.pass()?;
        let range = key_range(meta.live, Some(collection))?;
        self.segments.delete(range.into()).await?;
        let records: Vec<&Record> = all.values().collect();
        self.put_records(meta.live, collection, &records, meta)
            .await?;
        let count = records.len().div_ceil(segment::ROWS) as u32;
        meta.merged.insert(collection.clone(), count);
        Ok(())
    }
}
