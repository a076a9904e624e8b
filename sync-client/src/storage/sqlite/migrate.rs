//! The tables, version by version. A version that was released never changes.

use rusqlite::Connection;

use crate::storage::StorageError;

const VERSIONS: [&str; 1] = ["
    CREATE TABLE outbox (
        device BLOB NOT NULL,
        seq INTEGER NOT NULL,
        envelope TEXT NOT NULL,
        recorded_at INTEGER NOT NULL,
        void TEXT,
        outcome TEXT,
        arrived_at INTEGER,
        PRIMARY KEY (device, seq)
    ) WITHOUT ROWID;
    CREATE INDEX outbox_open ON outbox (device, seq) WHERE outcome IS NULL;
    CREATE TABLE attention (
        device BLOB NOT NULL,
        seq INTEGER NOT NULL,
        since INTEGER NOT NULL,
        entry TEXT NOT NULL,
        PRIMARY KEY (device, seq)
    ) WITHOUT ROWID;
    CREATE TABLE counters (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    -- One of the two holds the base, the other the stage; meta `live` says which.
    CREATE TABLE records_0 (
        collection TEXT NOT NULL,
        id BLOB NOT NULL,
        record TEXT NOT NULL,
        PRIMARY KEY (collection, id)
    ) WITHOUT ROWID;
    CREATE TABLE records_1 (
        collection TEXT NOT NULL,
        id BLOB NOT NULL,
        record TEXT NOT NULL,
        PRIMARY KEY (collection, id)
    ) WITHOUT ROWID;
"];

/// Brings the tables to the newest version.
pub(super) fn run(db: &mut Connection) -> Result<(), StorageError> {
    let newest = VERSIONS.len() as u32;
    let stored: u32 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if stored > newest {
        return Err(StorageError::Unreadable(format!(
            "the file is of version {stored}, this app knows up to {newest}"
        )));
    }
    let steps = VERSIONS.iter().zip(1_u32..).skip(stored as usize);
    for (statements, version) in steps {
        let step = db.transaction()?;
        step.execute_batch(statements)?;
        step.pragma_update(None, "user_version", version)?;
        step.commit()?;
    }
    Ok(())
}
