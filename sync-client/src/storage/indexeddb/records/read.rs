//! Reading the base and the stage back, a segment at a time.

use js_sys::{Array, Uint8Array};
use rexie::{KeyRange, Transaction, TransactionMode};
use sync_core::{CollectionName, Map, RecordId};
use wasm_bindgen::JsValue;

use super::key::key_range;
use super::meta::Meta;
use super::{ROWS, RecordsDb, SEGMENTS};
use crate::runs::Runs;
use crate::storage::indexeddb::failure::Failure;
use crate::storage::indexeddb::segment;
use crate::storage::{Area, RecordSink, StoredRecord};

/// The single rows of an epoch by collection; `None` for one that left.
pub(super) type Singles = Map<CollectionName, Map<RecordId, Option<StoredRecord>>>;

/// The ids of records already read; a map of the kind that the base has anyway.
pub(super) type Seen = Runs<RecordId, u32>;

impl RecordsDb {
    pub(super) async fn try_load(&mut self, sink: &mut dyn RecordSink) -> Result<Meta, Failure> {
        let (tx, meta) = self.begin_own(TransactionMode::ReadOnly).await?;
        let epochs = [
            (Area::Base, Some(meta.live)),
            (Area::Stage, meta.stage.as_ref().map(|stage| stage.epoch)),
        ];
        for (area, epoch) in epochs {
            if let Some(epoch) = epoch {
                load_epoch(&tx, epoch, area, sink).await?;
            }
        }
        Ok(meta)
    }
}

async fn load_epoch(
    tx: &Transaction,
    epoch: u32,
    area: Area,
    sink: &mut dyn RecordSink,
) -> Result<(), Failure> {
    let singles = singles(tx, epoch).await?;
    for (collection, keys) in segments(tx, epoch).await? {
        let mut seen = singles.get(&collection).map(seen).unwrap_or_default();
        for key in keys {
            let records = unseen(tx, key, &mut seen).await?;
            sink.take(area, &collection, records);
        }
    }
    for (collection, rows) in singles {
        let rows = rows.into_values().flatten();
        sink.take(area, &collection, rows.collect());
    }
    Ok(())
}

/// The ids of single rows.
pub(super) fn seen(rows: &Map<RecordId, Option<StoredRecord>>) -> Seen {
    let mut seen = Seen::default();
    for id in rows.keys() {
        seen.insert(*id, 0);
    }
    seen
}

/// The keys of an epoch's segments by collection, newest first.
pub(super) async fn segments(
    tx: &Transaction,
    epoch: u32,
) -> Result<Map<CollectionName, Vec<JsValue>>, Failure> {
    let range = key_range(Some(epoch), None)?;
    let keys = tx.store(SEGMENTS)?.get_all_keys(Some(range), None).await?;
    let mut segments: Map<CollectionName, Vec<JsValue>> = Map::new();
    for key in keys.into_iter().rev() {
        let keys = segments.or_default(collection_of(&key)?);
        keys.push(key);
    }
    Ok(segments)
}

/// Reads the next older segment: what was seen hides what comes. One after the other: all at once
/// would hold the whole base twice.
pub(super) async fn unseen(
    tx: &Transaction,
    key: JsValue,
    seen: &mut Seen,
) -> Result<Vec<StoredRecord>, Failure> {
    let bytes = one(tx, SEGMENTS, &key).await?.unwrap_or_default();
    let mut records = segment::unpack(&Uint8Array::new(&bytes).to_vec())?;
    records.retain(|record| seen.insert(record.id, 0).is_none());
    Ok(records)
}

/// Reads what lies under one key. It asks for a range, as everything here does: each kind of
/// request is code of its own.
pub(super) async fn one(
    tx: &Transaction,
    store: &str,
    key: &JsValue,
) -> Result<Option<JsValue>, Failure> {
    let range = KeyRange::only(key).map_err(rexie::Error::from)?;
    let mut values = tx.store(store)?.get_all(Some(range), None).await?;
    Ok(values.pop())
}

/// Reads the single rows of an epoch.
pub(super) async fn singles(tx: &Transaction, epoch: u32) -> Result<Singles, Failure> {
    let (rows, range) = (tx.store(ROWS)?, key_range(Some(epoch), None)?);
    let keys = rows.get_all_keys(Some(range.clone()), None).await?;
    let values = rows.get_all(Some(range), None).await?;
    let mut singles = Singles::new();
    for (key, value) in keys.iter().zip(&values) {
        let id = Array::from(key).get(2).as_string();
        let id = id.and_then(|id| id.parse().ok()).ok_or_else(Failure::key)?;
        let text = value.as_string().unwrap_or_default();
        let record =
            sync_core::json::read(&text).map_err(|e| Failure::unreadable("a record", &e))?;
        singles.or_default(collection_of(key)?).insert(id, record);
    }
    Ok(singles)
}

fn collection_of(key: &JsValue) -> Result<CollectionName, Failure> {
    let name = Array::from(key).get(1).as_string();
    name.map(|name| CollectionName::from(name.as_str()))
        .ok_or_else(Failure::key)
}
