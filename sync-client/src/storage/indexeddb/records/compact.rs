//! Packing single rows, so that opening stays fast however long the device runs.
//!
//! Small step: a collection's single rows become one more segment. Big step, when that has doubled
//! its segments: they are merged into fresh ones, and what was hidden goes.

use super::key::{key_range, row_key};
use super::write::Plan;
use super::{ROWS, RecordsDb, SEGMENTS, read};
use crate::storage::StoredRecord;
use crate::storage::indexeddb::failure::Failure;
use crate::storage::indexeddb::segment;
use rexie::TransactionMode;

/// Segments a collection may have before merging them is worth it.
const FEW: u32 = 8;

impl RecordsDb {
    pub(super) async fn compact(&mut self) -> Result<(), Failure> {
        let fuse = self.fuse.clone();
        let (tx, mut meta) = self.begin_own(TransactionMode::ReadWrite).await?;
        let live = meta.live;
        let singles = read::singles(&tx, live).await?;
        let mut segments = read::segments(&tx, live).await?;
        let mut plan = Plan::default();
        plan.delete(ROWS, &key_range(Some(live), None)?);
        for (collection, rows) in &singles {
            let keys = segments.remove(collection).unwrap_or_default();
            let merged = meta.merged.get(collection).copied().unwrap_or(0);
            let mut records: Vec<&StoredRecord> = rows.values().flatten().collect();
            if (keys.len() as u32) < (merged * 2).max(FEW) {
                let left = rows.iter().filter(|(_, record)| record.is_none());
                let left = left.map(|(id, _)| (row_key(live, collection, *id), None));
                plan.put_rows(left.collect());
                plan.put_records(live, collection, &records, &mut meta);
                continue;
            }
            let (mut seen, mut packed) = (read::seen(rows), Vec::new());
            for key in keys {
                let unseen = read::unseen(&tx, key, &mut seen).await?;
                packed.extend(unseen);
            }
            records.extend(&packed);
            plan.delete(SEGMENTS, &key_range(Some(live), Some(collection))?);
            plan.put_records(live, collection, &records, &mut meta);
            let count = records.len().div_ceil(segment::ROWS) as u32;
            meta.merged.insert(collection.clone(), count);
        }
        meta.singles = 0;
        plan.put_meta(&meta);
        plan.carry_out(tx, &fuse).await
    }
}
