use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use rusqlite::Connection;

use crate::bench::shop::Row;

/// A table of products with the indexes that the shop's schema has on them.
fn tables(db: &Connection) -> Result<()> {
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.execute_batch(
        "CREATE TABLE products (
            id BLOB PRIMARY KEY, code TEXT NOT NULL, name TEXT NOT NULL, category TEXT NOT NULL,
            barcode TEXT NOT NULL, price INTEGER NOT NULL, body TEXT NOT NULL
         ) WITHOUT ROWID;
         CREATE INDEX by_barcode ON products (barcode);
         CREATE INDEX by_code ON products (code);
         CREATE INDEX by_category ON products (category);
         CREATE INDEX by_name ON products (name);
         CREATE INDEX by_price ON products (price);",
    )?;
    Ok(())
}

/// Inserts all rows in one durable transaction into a new file.
pub(in crate::bench) fn bulk_insert(file: &Path, rows: &[Row]) -> Result<Duration> {
    let mut db = Connection::open(file)?;
    tables(&db)?;
    let begun = Instant::now();
    let transaction = db.transaction()?;
    let mut insert =
        transaction.prepare("INSERT INTO products VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
    for row in rows {
        insert.execute((
            row.id.bytes(),
            &row.code,
            &row.name,
            &row.category,
            &row.barcode,
            row.price,
            row.body(),
        ))?;
    }
    drop(insert);
    transaction.commit()?;
    Ok(begun.elapsed())
}
