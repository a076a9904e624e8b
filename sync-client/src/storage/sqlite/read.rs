use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::de::DeserializeOwned;
use sync_core::CollectionName;
use tokio::sync::mpsc;

use super::error::unreadable;
use crate::storage::{Area, Loaded, MutationId, OutboxRow, StorageError, StoredRecord};

/// Records in one chunk.
const CHUNK: usize = 1_000;

/// Some records of one collection.
pub(super) type Chunk = (Area, CollectionName, Vec<StoredRecord>);

/// Reads everything back; the records go to `chunks`.
pub(super) fn load(
    db: &mut Connection,
    chunks: &mpsc::Sender<Chunk>,
) -> Result<Loaded, StorageError> {
    let mut loaded = Loaded {
        identity: meta(db, "identity")?,
        meta: meta(db, "outbox")?.unwrap_or_default(),
        records: meta(db, "state")?,
        stage: meta(db, "stage")?,
        ..Loaded::default()
    };
    let mut statement = db.prepare("SELECT name, value FROM counters")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        loaded.counters.insert(row.get(0)?, json(row, 1)?);
    }
    let mut statement = db.prepare("SELECT entry FROM attention ORDER BY since, seq")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        loaded.attention.push(json(row, 0)?);
    }
    let device = loaded.identity.as_ref().map(|i| *i.device.id.bytes());
    let your_seq = loaded.your_seq().0 as i64;
    let mut statement = db.prepare(
        "SELECT envelope, recorded_at, void, outcome FROM outbox
         WHERE outcome IS NULL OR device <> ?1 OR seq > ?2 ORDER BY device, seq",
    )?;
    let mut rows = statement.query(params![device, your_seq])?;
    while let Some(row) = rows.next()? {
        let row = outbox_row(row)?;
        if loaded.wants(&row) {
            loaded.rows.push(row);
        }
    }
    let live = live(db)?;
    for (area, table) in [(Area::Base, live), (Area::Stage, 1 - live)] {
        records(db, table, area, chunks)?;
    }
    Ok(loaded)
}

/// The retained rows from one on.
pub(super) fn outbox(
    db: &mut Connection,
    from: MutationId,
    limit: usize,
) -> Result<Vec<OutboxRow>, StorageError> {
    let mut statement = db.prepare_cached(
        "SELECT envelope, recorded_at, void, outcome FROM outbox
         WHERE (device, seq) >= (?1, ?2) ORDER BY device, seq LIMIT ?3",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![from.device.bytes(), from.seq.0 as i64, limit])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(outbox_row(row)?);
    }
    Ok(found)
}

/// One named value of the table `meta`.
pub(super) fn meta<T: DeserializeOwned>(
    db: &Connection,
    name: &str,
) -> Result<Option<T>, StorageError> {
    let mut statement = db.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
    let text: Option<String> = statement.query_row([name], |row| row.get(0)).optional()?;
    text.map(|text| sync_core::json::from_str(&text).map_err(unreadable))
        .transpose()
}

/// The number of the table that holds the base.
pub(super) fn live(db: &Connection) -> Result<u8, StorageError> {
    Ok(meta::<u8>(db, "live")?.unwrap_or(0))
}

fn records(
    db: &Connection,
    table: u8,
    area: Area,
    chunks: &mpsc::Sender<Chunk>,
) -> Result<(), StorageError> {
    let mut statement = db.prepare(&format!("SELECT collection, record FROM records_{table}"))?;
    let mut rows = statement.query([])?;
    let mut chunk = Vec::new();
    let mut name = CollectionName::from("");
    while let Some(row) = rows.next()? {
        let collection = row.get_ref(0)?.as_str().map_err(unreadable)?;
        let other = collection != name.as_str();
        if other || chunk.len() == CHUNK {
            let full = (area, name.clone(), std::mem::take(&mut chunk));
            // A reader that has gone away ends the read.
            if chunks.blocking_send(full).is_err() {
                return Ok(());
            }
        }
        if other {
            name = collection.into();
        }
        let text = row.get_ref(1)?.as_str().map_err(unreadable)?;
        chunk.push(sync_core::json::read::<StoredRecord>(text).map_err(unreadable)?);
    }
    let _ = chunks.blocking_send((area, name, chunk));
    Ok(())
}

fn outbox_row(row: &Row<'_>) -> Result<OutboxRow, StorageError> {
    let outcome: Option<String> = row.get(3)?;
    Ok(OutboxRow {
        envelope: json(row, 0)?,
        recorded_at: sync_core::Millis(row.get::<_, i64>(1)? as u64),
        void: row.get(2)?,
        outcome: outcome
            .map(|text| sync_core::json::from_str(&text).map_err(unreadable))
            .transpose()?,
    })
}

fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T, StorageError> {
    let text = row.get_ref(column)?.as_str().map_err(unreadable)?;
    sync_core::json::from_str(text).map_err(unreadable)
}
