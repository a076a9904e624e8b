//! An outcome that a device was given stands in the ledger's file at that very moment, and says
//! the same.

use rusqlite::{Connection, OptionalExtension};
use sync_client::storage::StoredOutcome;
use sync_core::Verdict;

use super::Moment;

pub(super) fn broken(moment: &Moment<'_>) -> Vec<String> {
    let (device, number) = (moment.device, moment.device.number);
    let rows = device.disk.outbox().into_iter();
    let outcomes = rows.filter_map(|row| row.outcome);
    let held = outcomes.filter(|told| told.log_id == moment.log_id);
    held.filter_map(|told| {
        let what = differs(&moment.ledger, &told)?;
        Some(format!(
            "device {number} was told of seq {}: {what}",
            told.outcome.seq.0
        ))
    })
    .collect()
}

/// What the ledger has instead of an outcome.
fn differs(ledger: &Connection, told: &StoredOutcome) -> Option<String> {
    let outcome = &told.outcome;
    let query = "SELECT position, hash FROM log WHERE device = ?1 AND seq = ?2";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?));
    let key = rusqlite::params![outcome.device.bytes(), outcome.seq.0 as i64];
    match ledger.query_row(query, key, read).optional() {
        Err(error) => Some(error.to_string()),
        Ok(None) => Some("the ledger knows nothing of it".to_owned()),
        Ok(Some((position, hash))) => {
            let same = position == outcome.position.0 as i64 && hash == outcome.hash.bytes();
            let gone = outcome.verdict == Verdict::AlreadyDecided;
            (!same && !gone).then(|| format!("{outcome:?}, the ledger has it at {position}"))
        }
    }
}
