use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use rusqlite::Connection;

use super::ROW_BYTES;
use crate::bench::Times;

/// Commits that are not counted.
const WARM_UP: usize = 10;

/// Raw durable commits.
pub(in crate::bench) struct Commits {
    /// How long each took.
    pub(in crate::bench) times: Times,
    /// Rows per second.
    pub(in crate::bench) rate: f64,
    /// How many rows.
    pub(in crate::bench) rows: usize,
}

/// Inserts rows, so many per transaction, each transaction durable: WAL, `synchronous=FULL`.
pub(in crate::bench) fn commits(
    dir: &Path,
    transactions: usize,
    rows_each: usize,
) -> Result<Commits> {
    let folder = tempfile::tempdir_in(dir)?;
    let mut db = Connection::open(folder.path().join("raw.sqlite"))?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.execute_batch("CREATE TABLE raw (id BLOB PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID")?;
    let body = "x".repeat(ROW_BYTES);
    let mut times = Times::default();
    let mut begun = Instant::now();
    let mut id = 0_u128;
    for number in 0..WARM_UP + transactions {
        if number == WARM_UP {
            begun = Instant::now();
        }
        let one = Instant::now();
        let transaction = db.transaction()?;
        let mut insert = transaction.prepare_cached("INSERT INTO raw VALUES (?1, ?2)")?;
        for _ in 0..rows_each {
            id += 1;
            insert.execute((id.to_be_bytes(), &body))?;
        }
        drop(insert);
        transaction.commit()?;
        if number >= WARM_UP {
            times.push(one.elapsed());
        }
    }
    let rows = transactions * rows_each;
    Ok(Commits {
        times,
        rate: rows as f64 / begun.elapsed().as_secs_f64(),
        rows,
    })
}
