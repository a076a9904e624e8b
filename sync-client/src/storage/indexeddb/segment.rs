//! Records packed by the hundreds into one value.
//!
//! IndexedDB pays per value, not per byte: 500 records in one value load fifty times as fast as in
//! 500 values. A segment is written once and never changed; what changes afterwards lies beside it
//! as a single row that hides the packed one, until both are packed again.
//!
//! ```text
//! "TS1" | count u32 | count × ( length u32 | record as JSON )      little endian
//! ```

use sync_core::json;

use super::failure::Failure;
use crate::storage::StoredRecord;

const MAGIC: [u8; 3] = *b"TS1";
const HEADER: usize = 7;

/// Rows a segment has at most; a snapshot of 50,000 products becomes a hundred values.
pub(super) const ROWS: usize = 500;

/// Packs records into one value.
pub(super) fn pack(records: &[&StoredRecord]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(ROWS * 400);
    bytes.extend(MAGIC);
    bytes.extend([0; 4]);
    for record in records {
        let start = bytes.len();
        bytes.extend([0; 4]);
        bytes.extend(json::text(*record).as_bytes());
        let length = (bytes.len() - start - 4) as u32;
        bytes[start..start + 4].copy_from_slice(&length.to_le_bytes());
    }
    let count = records.len() as u32;
    bytes[MAGIC.len()..HEADER].copy_from_slice(&count.to_le_bytes());
    bytes
}

/// Reads the records of one value.
pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<StoredRecord>, Failure> {
    let cut = || Failure::Corrupt("a segment is cut off".to_owned());
    let rest = bytes
        .strip_prefix(&MAGIC)
        .ok_or_else(|| Failure::Corrupt("no segment of a known format".to_owned()))?;
    let (count, mut rest) = number(rest).ok_or_else(cut)?;
    let mut records = Vec::with_capacity((count as usize).min(ROWS));
    for _ in 0..count {
        let (length, after) = number(rest).ok_or_else(cut)?;
        let (record, after) = after.split_at_checked(length as usize).ok_or_else(cut)?;
        // Read as text like everything else: one reader less to compile.
        let record = std::str::from_utf8(record).map_err(|_| cut())?;
        let record = json::read(record)
            .map_err(|e| Failure::Corrupt(format!("a packed record cannot be read: {e}")))?;
        records.push(record);
        rest = after;
    }
    Ok(records)
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u32::from_le_bytes(*number), rest))
}

#[cfg(test)]
mod tests {
    use sync_core::{Document, Millis, Position, Record, RecordId};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn record(n: u8) -> StoredRecord {
        let doc = Document::new()
            .with("name", "Lamp")
            .with("price", i64::from(n));
        let record = Record::inserted([n; 16].into(), Position(n.into()), Millis(5), doc);
        (&record).into()
    }

    #[wasm_bindgen_test]
    fn what_was_packed_comes_back() {
        let mut records: Vec<StoredRecord> = (0..9).map(record).collect();
        records[3].deleted = true;
        records[4].stub = true;
        let packed = pack(&records.iter().collect::<Vec<_>>());
        assert_eq!(unpack(&packed), Ok(records));
    }

    #[wasm_bindgen_test]
    fn a_segment_that_was_cut_off_is_refused() {
        let bytes = pack(&[&record(1), &record(2)]);
        for end in 0..bytes.len() {
            assert!(unpack(&bytes[..end]).is_err(), "{end}");
        }
        let _: RecordId = [0; 16].into();
    }
}
