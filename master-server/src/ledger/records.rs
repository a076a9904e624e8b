//! The records of a store: one table per collection.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use sync_core::{
    CollectionName, Document, Map, Millis, Position, ReadError, Record, RecordId, Records, Schema,
    Value,
};

use super::error::LedgerError;
use super::{migrations, sql};

pub(super) const COLUMNS: &str = "id, version, at, doc, deleted, stub, first, writes, authors";

/// What [`SqlRecords::lines`] has found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Page {
    /// How many.
    pub rows: u32,
    /// The last one's id.
    pub last: Option<RecordId>,
}

/// Records read through one connection.
pub struct SqlRecords<'a> {
    pub(super) connection: &'a Connection,
    pub(super) schema: &'a Schema,
}

impl<'a> SqlRecords<'a> {
    /// Reads the collections of a schema.
    pub fn new(connection: &'a Connection, schema: &'a Schema) -> Self {
        Self { connection, schema }
    }

    /// One record.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn read(&self, collection: &str, id: RecordId) -> Result<Option<Record>, LedgerError> {
        if self.schema.collection(collection).is_none() {
            return Ok(None);
        }
        let query = format!("SELECT {COLUMNS} FROM c_{collection} WHERE id = ?1");
        let mut statement = self.connection.prepare_cached(&query)?;
        Ok(statement
            .query_row([id.bytes()], record_of_row)
            .optional()?)
    }

    /// The live records whose field equals a value, by id.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn matching(
        &self,
        collection: &str,
        field: &str,
        value: &Value,
    ) -> Result<Vec<Record>, LedgerError> {
        if self.schema.collection(collection).is_none() {
            return Ok(Vec::new());
        }
        migrations::check_word(field)?;
        let query = format!(
            "SELECT {COLUMNS} FROM c_{collection} WHERE {} = ?1 AND NOT deleted AND NOT stub ORDER BY id",
            migrations::field_of_doc(field)
        );
        let mut statement = self.connection.prepare_cached(&query)?;
        let found = statement.query_map([sql_of_value(value)], record_of_row)?;
        let mut found = found.collect::<Result<Vec<_>, _>>()?;
        // SQL does not tell true from 1 or a list from its text.
        found.retain(|record| record.doc.get(field) == Some(value));
        Ok(found)
    }

    /// Records after an id, in the order of their ids, tombstones left out.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn page(
        &self,
        collection: &str,
        after: Option<RecordId>,
        first_at: Millis,
        limit: u32,
    ) -> Result<Vec<Record>, LedgerError> {
        if self.schema.collection(collection).is_none() {
            return Ok(Vec::new());
        }
        let (query, after) = (page_query(collection), bytes_of(after.as_ref()));
        let mut statement = self.connection.prepare_cached(&query)?;
        let params = params![after, first_at.0 as i64, i64::from(limit), i64::MAX];
        let found = statement.query_map(params, record_of_row)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// The same as the lines of a snapshot, put behind those that are there.
    ///
    /// What is stored is JSON already: it goes out as it lies there, at a fifth of the cost of reading
    /// and writing it. A device without data waits for 150,000 of these.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn lines(
        &self,
        collection: &str,
        after: Option<RecordId>,
        decided: Range<Millis>,
        limit: u32,
        lines: &mut String,
    ) -> Result<Page, LedgerError> {
        let mut page = Page::default();
        if self.schema.collection(collection).is_none() {
            return Ok(page);
        }
        let (query, after) = (page_query(collection), bytes_of(after.as_ref()));
        let mut statement = self.connection.prepare_cached(&query)?;
        let ends = (decided.start.0 as i64, decided.end.0 as i64);
        let mut rows = statement.query(params![after, ends.0, i64::from(limit), ends.1])?;
        while let Some(row) = rows.next()? {
            page.last = Some(push_line(collection, row, lines)?);
            page.rows += 1;
        }
        Ok(page)
    }

    /// The number of records decided in a time, tombstones left out.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn count(&self, collection: &str, decided: Range<Millis>) -> Result<u64, LedgerError> {
        let query = format!(
            "SELECT count(*) FROM c_{collection} WHERE at >= ?1 AND at < ?2 AND NOT deleted"
        );
        let mut statement = self.connection.prepare_cached(&query)?;
        let ends = [decided.start.0 as i64, decided.end.0 as i64];
        Ok(statement.query_row(ends, |row| sql::count(row, 0))?)
    }

    fn write(&self, collection: &str, record: &Record) -> Result<(), LedgerError> {
        let query = format!(
            "INSERT OR REPLACE INTO c_{collection} ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
        );
        let writes = text_of(&record.writes)?;
        let authors = text_of(&record.authors)?;
        self.connection.prepare_cached(&query)?.execute(params![
            record.id.bytes(),
            record.version.0 as i64,
            record.at.0 as i64,
            record.doc.canonical(),
            record.deleted,
            record.stub,
            record.first.map(|digest| *digest.bytes()),
            writes,
            authors,
        ])?;
        Ok(())
    }
}

impl Records for SqlRecords<'_> {
    fn get(&self, collection: &str, id: RecordId) -> Result<Option<Record>, ReadError> {
        Ok(self.read(collection, id)?)
    }

    fn find(&self, collection: &str, field: &str, value: &Value) -> Result<Vec<Record>, ReadError> {
        Ok(self.matching(collection, field, value)?)
    }
}

/// Records as a batch reads and writes them: each is read from the file at most once.
pub(super) struct BatchRecords<'a> {
    below: SqlRecords<'a>,
    seen: RefCell<HashMap<(CollectionName, RecordId), Option<Record>>>,
}

impl<'a> BatchRecords<'a> {
    pub(super) fn new(below: SqlRecords<'a>) -> Self {
        Self {
            below,
            seen: RefCell::default(),
        }
    }

    pub(super) fn put(
        &mut self,
        collection: &CollectionName,
        record: &Record,
    ) -> Result<(), LedgerError> {
        self.below.write(collection, record)?;
        let key = (collection.clone(), record.id);
        self.seen.get_mut().insert(key, Some(record.clone()));
        Ok(())
    }
}

impl Records for BatchRecords<'_> {
    fn get(&self, collection: &str, id: RecordId) -> Result<Option<Record>, ReadError> {
        let key = (CollectionName::from(collection), id);
        if let Some(known) = self.seen.borrow().get(&key) {
            return Ok(known.clone());
        }
        let read = self.below.read(collection, id)?;
        self.seen.borrow_mut().insert(key, read.clone());
        Ok(read)
    }

    fn find(&self, collection: &str, field: &str, value: &Value) -> Result<Vec<Record>, ReadError> {
        Ok(self.below.matching(collection, field, value)?)
    }
}

/// A map as it is stored: nothing where it is empty.
fn text_of<V: Serialize>(map: &Map<String, V>) -> Result<Option<String>, LedgerError> {
    if map.is_empty() {
        return Ok(None);
    }
    let text = serde_json::to_string(map);
    text.map(Some)
        .map_err(|e| LedgerError::Corrupt(e.to_string()))
}

fn page_query(collection: &str) -> String {
    format!(
        "SELECT {COLUMNS} FROM c_{collection}
         WHERE id > ?1 AND at >= ?2 AND at < ?4 AND NOT deleted ORDER BY id LIMIT ?3"
    )
}

fn bytes_of(id: Option<&RecordId>) -> &[u8] {
    id.map_or(&[], |id| id.bytes())
}

/// Writes a record as the line that its [`sync_core::SnapshotLine`] becomes.
fn push_line(collection: &str, row: &Row<'_>, lines: &mut String) -> rusqlite::Result<RecordId> {
    let id = sql::record(row, 0)?;
    let (version, at) = (sql::count(row, 1)?, sql::count(row, 2)?);
    // The name of a collection is a word: nothing in it has to be escaped.
    let head = format!(
        "{{\"row\":{{\"collection\":\"{collection}\",\"record\":{{\"id\":\"{id}\",\"version\":{version},\"at\":{at}"
    );
    lines.push_str(&head);
    let doc = row.get_ref(3)?.as_str()?;
    if doc != "{}" {
        lines.push_str(",\"doc\":");
        lines.push_str(doc);
    }
    if row.get(4)? {
        lines.push_str(",\"deleted\":true");
    }
    if row.get(5)? {
        lines.push_str(",\"stub\":true");
    }
    if let Some(writes) = row.get_ref(7)?.as_str_or_null()? {
        lines.push_str(",\"writes\":");
        lines.push_str(writes);
    }
    lines.push_str("}}}\n");
    Ok(id)
}

pub(super) fn record_of_row(row: &Row<'_>) -> rusqlite::Result<Record> {
    let doc = row.get_ref(3)?.as_str()?;
    let doc: Document = serde_json::from_str(doc).map_err(|e| sql::unreadable(3, e))?;
    let writes = match row.get_ref(7)?.as_str_or_null()? {
        Some(text) => serde_json::from_str(text).map_err(|e| sql::unreadable(7, e))?,
        None => Default::default(),
    };
    let authors = match row.get_ref(8)?.as_str_or_null()? {
        Some(text) => serde_json::from_str(text).map_err(|e| sql::unreadable(8, e))?,
        None => Default::default(),
    };
    Ok(Record {
        id: sql::record(row, 0)?,
        version: Position(sql::count(row, 1)?),
        at: Millis(sql::count(row, 2)?),
        doc,
        deleted: row.get(4)?,
        stub: row.get(5)?,
        first: sql::maybe_digest(row, 6)?,
        authors,
        writes,
    })
}

pub(super) fn sql_of_value(value: &Value) -> Sql {
    match value {
        Value::Bool(bool) => Sql::Integer(i64::from(*bool)),
        Value::Int(int) => Sql::Integer(*int),
        Value::Text(text) => Sql::Text(text.clone()),
        Value::List(_) | Value::Map(_) => {
            Sql::Text(serde_json::to_string(value).unwrap_or_default())
        }
    }
}
