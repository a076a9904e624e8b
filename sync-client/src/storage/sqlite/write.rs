use rusqlite::{Connection, Transaction, params};
use serde::Serialize;
use sync_core::json::text;
use sync_core::{Change, CollectionName, RecordId};

use super::error::unreadable;
use super::fuse::Fuse;
use super::read;
use crate::storage::{
    Batch, MutationId, OutboxPart, OutboxRow, Prune, RecordsPart, RecordsState, StageWrite,
    StorageError, StoredChange,
};

/// Writes a batch in one transaction.
pub(super) fn commit(db: &mut Connection, batch: &Batch, fuse: &Fuse) -> Result<(), StorageError> {
    // Records alone are a cache: after a power cut an older state of them is whole as well. The next
    // batch with an outbox part makes everything before it durable too.
    let synchronous = match batch.outbox {
        Some(_) => "full",
        None => "normal",
    };
    db.pragma_update(None, "synchronous", synchronous)?;
    let transaction = db.transaction()?;
    if let Some(part) = &batch.outbox {
        fuse.pass()?;
        outbox(&transaction, part)?;
    }
    if let Some(part) = &batch.records {
        fuse.pass()?;
        records(&transaction, part)?;
    }
    fuse.pass()?;
    Ok(transaction.commit()?)
}

fn outbox(db: &Transaction<'_>, part: &OutboxPart) -> Result<(), StorageError> {
    if let Some(identity) = &part.identity {
        set(db, "identity", identity)?;
    }
    if let Some(meta) = &part.meta {
        set(db, "outbox", meta)?;
    }
    for (name, value) in &part.counters {
        db.prepare_cached("INSERT OR REPLACE INTO counters VALUES (?1, ?2)")?
            .execute(params![name, json(value)?])?;
    }
    for MutationId { device, seq } in &part.remove {
        db.prepare_cached("DELETE FROM outbox WHERE device = ?1 AND seq = ?2")?
            .execute(params![device.bytes(), seq.0 as i64])?;
    }
    for row in &part.rows {
        put_row(db, row)?;
    }
    for (MutationId { device, seq }, outcome) in &part.outcomes {
        let arrived = outcome.as_ref().map(|stored| stored.arrived_at.0 as i64);
        let outcome = outcome.as_ref().map(json).transpose()?;
        db.prepare_cached(
            "UPDATE outbox SET outcome = ?3, arrived_at = ?4 WHERE device = ?1 AND seq = ?2",
        )?
        .execute(params![device.bytes(), seq.0 as i64, outcome, arrived])?;
    }
    for entry in &part.attend {
        let MutationId { device, seq } = entry.id;
        let (seq, since) = (seq.0 as i64, entry.since.0 as i64);
        db.prepare_cached("INSERT OR REPLACE INTO attention VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![device.bytes(), seq, since, json(entry)?])?;
    }
    for MutationId { device, seq } in &part.dismiss {
        db.prepare_cached("DELETE FROM attention WHERE device = ?1 AND seq = ?2")?
            .execute(params![device.bytes(), seq.0 as i64])?;
    }
    part.prune.map_or(Ok(()), |rule| prune(db, &rule))
}

fn put_row(db: &Transaction<'_>, row: &OutboxRow) -> Result<(), StorageError> {
    let envelope = &row.envelope;
    let outcome = row.outcome.as_ref().map(json).transpose()?;
    let arrived = row
        .outcome
        .as_ref()
        .map(|stored| stored.arrived_at.0 as i64);
    db.prepare_cached("INSERT OR REPLACE INTO outbox VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
        .execute(params![
            envelope.device.bytes(),
            envelope.seq.0 as i64,
            json(envelope)?,
            row.recorded_at.0 as i64,
            row.void,
            outcome,
            arrived,
        ])?;
    Ok(())
}

/// The same rule as [`Prune::covers`].
fn prune(db: &Transaction<'_>, rule: &Prune) -> Result<(), StorageError> {
    db.prepare_cached(
        "DELETE FROM outbox WHERE outcome IS NOT NULL
         AND NOT (device = ?1 AND seq > ?2)
         AND (arrived_at < ?3 OR (device = ?1 AND seq <= ?4 AND arrived_at < ?5))",
    )?
    .execute(params![
        rule.device.bytes(),
        rule.your_seq.0 as i64,
        rule.any_before.0 as i64,
        rule.archived.0 as i64,
        rule.archived_before.0 as i64,
    ])?;
    Ok(())
}

fn records(db: &Transaction<'_>, part: &RecordsPart) -> Result<(), StorageError> {
    let stored: Option<RecordsState> = read::meta(db, "state")?;
    if !part.clear && stored.map(|state| state.cursor) != part.from {
        return Err(StorageError::Stale);
    }
    let live = read::live(db)?;
    let stage = 1 - live;
    if part.clear {
        empty(db, live)?;
        empty(db, stage)?;
        unset(db, "state")?;
        unset(db, "stage")?;
    }
    let changes = part.changes.iter();
    put(
        db,
        live,
        changes.map(|Change { collection, record }| (collection, record.id, text(record))),
    )?;
    for (collection, id) in &part.remove {
        db.prepare_cached(&format!(
            "DELETE FROM records_{live} WHERE collection = ?1 AND id = ?2"
        ))?
        .execute(params![collection.as_str(), id.bytes()])?;
    }
    match &part.stage {
        None => {}
        Some(StageWrite::Clear) => {
            empty(db, stage)?;
            unset(db, "stage")?;
        }
        Some(StageWrite::Write { rows, state }) => {
            let rows = rows.iter();
            put(
                db,
                stage,
                rows.map(|StoredChange { collection, record }| {
                    (collection, record.id, text(record))
                }),
            )?;
            set(db, "stage", state)?;
        }
        Some(StageWrite::Promote) => {
            empty(db, live)?;
            unset(db, "stage")?;
            set(db, "live", &stage)?;
        }
    }
    part.state.map_or(Ok(()), |state| set(db, "state", &state))
}

fn put<'a>(
    db: &Transaction<'_>,
    table: u8,
    rows: impl Iterator<Item = (&'a CollectionName, RecordId, String)>,
) -> Result<(), StorageError> {
    let mut statement = db.prepare_cached(&format!(
        "INSERT OR REPLACE INTO records_{table} VALUES (?1, ?2, ?3)"
    ))?;
    for (collection, id, record) in rows {
        statement.execute(params![collection.as_str(), id.bytes(), record])?;
    }
    Ok(())
}

fn empty(db: &Transaction<'_>, table: u8) -> Result<(), StorageError> {
    db.execute(&format!("DELETE FROM records_{table}"), [])?;
    Ok(())
}

fn set(db: &Transaction<'_>, name: &str, value: &impl Serialize) -> Result<(), StorageError> {
    db.prepare_cached("INSERT OR REPLACE INTO meta VALUES (?1, ?2)")?
        .execute(params![name, json(value)?])?;
    Ok(())
}

fn unset(db: &Transaction<'_>, name: &str) -> Result<(), StorageError> {
    db.prepare_cached("DELETE FROM meta WHERE name = ?1")?
        .execute([name])?;
    Ok(())
}

fn json(value: &impl Serialize) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(unreadable)
}
