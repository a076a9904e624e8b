use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use rusqlite::Connection;

use super::bulk_insert;
use crate::bench::Times;
use crate::bench::shop::Row;

/// The same questions asked of SQLite with the same indexes, and each found row read as JSON.
pub(in crate::bench) struct Lookup(Connection);

impl Lookup {
    /// Fills a new file.
    pub(in crate::bench) fn open(file: &Path, rows: &[Row]) -> Result<Self> {
        bulk_insert(file, rows)?;
        Ok(Self(Connection::open(file)?))
    }

    /// The product with each of these barcodes.
    pub(in crate::bench) fn barcodes(&self, sought: &[String]) -> Result<Times> {
        self.ask("SELECT body FROM products WHERE barcode = ?1", sought)
    }

    /// The first 50 products whose name begins so. (A search also finds the later words of a name;
    /// an index of plain SQLite does not.)
    pub(in crate::bench) fn prefixes(&self, sought: &[String]) -> Result<Times> {
        // Names of the sample shop begin with a capital letter.
        let query = "SELECT body FROM products
            WHERE name >= upper(substr(?1, 1, 1)) || substr(?1, 2)
            AND name < upper(substr(?1, 1, 1)) || substr(?1, 2) || char(1114111)
            ORDER BY name LIMIT 50";
        self.ask(query, sought)
    }

    /// 50 products in the order of their names, from so many on.
    pub(in crate::bench) fn pages(&self, offsets: &[u32]) -> Result<Times> {
        let query = "SELECT body FROM products ORDER BY name LIMIT 50 OFFSET ?1";
        self.ask(query, offsets)
    }

    fn ask(&self, query: &str, sought: &[impl rusqlite::ToSql]) -> Result<Times> {
        let mut statement = self.0.prepare(query)?;
        let mut times = Times::default();
        for one in sought {
            let begun = Instant::now();
            let mut rows = statement.query([one])?;
            while let Some(row) = rows.next()? {
                let body = row.get_ref(0)?.as_str()?;
                std::hint::black_box(serde_json::from_str::<serde_json::Value>(body)?);
            }
            times.push(begun.elapsed());
        }
        Ok(times)
    }
}
