//! Reading the base and the stage back, a segment at a time.

use std::collections::BTreeSet;

use js_sys::{Array, Uint8Array};
use rexie::{KeyRange, Store};
use sync_core::{CollectionName, Map, Record, RecordId};
use wasm_bindgen::JsValue;

use super::key::key_range;
use super::meta::Meta;
use super::{META, ROWS, RecordsDb, SEGMENTS, reading};
use crate::storage::indexeddb::failure::Failure;
use crate::storage::indexeddb::segment;
use crate::storage::{Area, RecordSink, StoredRecord};

/// The single rows of an epoch by collection; `None` for one that left.
pub(super) type Singles = Map<CollectionName, Map<RecordId, Option<Record>>>;

impl RecordsDb {
    pub(super) async fn try_load(&mut self, sink: &mut dyn RecordSink) -> Result<Meta, Failure> {
        let fence = self.fence;
        let tx = reading(self.database().await?)?;
        let Some(meta) = tx.store(META)?.get(META.into()).await? else {
            return Ok(Meta::new(fence));
        };
        let meta = Meta::read(&meta)?;
        if meta.fence != fence {
            return Err(Failure::Fenced);
        }
        let epochs = [
            (Area::Base, Some(meta.live)),
            (Area::Stage, meta.stage.as_ref().map(|stage| stage.epoch)),
        ];
        for (area, epoch) in epochs {
            if let Some(epoch) = epoch {
                self.load_epoch(epoch, area, sink).await?;
            }
        }
        Ok(meta)
    }

    async fn load_epoch(
        &mut self,
        epoch: u32,
        area: Area,
        sink: &mut dyn RecordSink,
    ) -> Result<(), Failure> {
        let tx = reading(self.database().await?)?;
        let range = key_range(epoch, None)?;
        let singles = singles(&tx.store(ROWS)?, range.clone()).await?;
        let segments = tx.store(SEGMENTS)?;
        let keys = segments.get_all_keys(Some(range), None).await?;
        let mut seen: Map<CollectionName, BTreeSet<RecordId>> = Map::new();
        for (collection, rows) in &singles {
            let ids = seen.or_default(collection.clone());
            ids.extend(rows.keys());
        }
        // Newest first: what was seen hides what comes. One value after the other: all at once
        // would hold the whole base twice.
        for key in keys.into_iter().rev() {
            let collection = collection_of(&key)?;
            let Some(bytes) = segments.get(key).await? else {
                continue;
            };
            let mut records = segment::unpack(&bytes_of(&bytes))?;
            let seen = seen.or_default(collection.clone());
            records.retain(|record| seen.insert(record.id));
            sink.take(area, &collection, records);
        }
        for (collection, rows) in singles {
            let rows = rows.values().flatten().map(StoredRecord::from);
            sink.take(area, &collection, rows.collect());
        }
        Ok(())
    }
}

/// Reads the single rows of an epoch.
pub(super) async fn singles(rows: &Store, range: KeyRange) -> Result<Singles, Failure> {
    let keys = rows.get_all_keys(Some(range.clone()), None).await?;
    let values = rows.get_all(Some(range), None).await?;
    let mut singles = Singles::new();
    for (key, value) in keys.iter().zip(&values) {
        let id = Array::from(key).get(2).as_string();
        let id = id
            .and_then(|id| id.parse().ok())
            .ok_or_else(|| Failure::Corrupt("a key of a record is no id".to_owned()))?;
        let text = value.as_string().unwrap_or_default();
        let record =
            sync_core::json::read(&text).map_err(|e| Failure::unreadable("a record", &e))?;
        singles.or_default(collection_of(key)?).insert(id, record);
    }
    Ok(singles)
}

pub(super) fn bytes_of(value: &JsValue) -> Vec<u8> {
    Uint8Array::new(value).to_vec()
}

pub(super) fn collection_of(key: &JsValue) -> Result<CollectionName, Failure> {
    let name = Array::from(key).get(1).as_string();
    name.map(|name| CollectionName::from(name.as_str()))
        .ok_or_else(|| Failure::Corrupt("a key of the records has no collection".to_owned()))
}
