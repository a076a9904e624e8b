//! The rows of a snapshot, chunk by chunk: no transaction outlives a chunk.

use std::ops::Range;

use sync_core::{Bucket, CollectionName, DeviceKind, Kind, Millis, RecordId, Schema};

use super::changes::in_kind;
use super::error::LedgerError;
use super::reader::Reading;
use super::records::SqlRecords;

/// After every time.
const END: Millis = Millis(i64::MAX as u64);

/// Some rows and where they end.
#[derive(Debug)]
pub struct Rows {
    /// Lines of a snapshot in the order of (collection, id), each with its line feed.
    pub lines: String,
    /// The last row's place; `None` once all have been read.
    pub last: Option<(CollectionName, RecordId)>,
}

/// What a snapshot is of.
#[derive(Clone, Debug)]
pub struct Extent {
    /// The kind of device that holds it.
    pub kind: DeviceKind,
    /// The first UTC day of its dated facts.
    pub scope_from: u32,
    /// The one collection that is wanted, and where its facts are held by date the one day; all
    /// where absent.
    pub only: Option<(CollectionName, Bucket)>,
}

/// How many rows a whole snapshot has.
///
/// # Errors
/// When the ledger cannot be read.
pub fn total(reading: &Reading<'_>, extent: &Extent) -> Result<u64, LedgerError> {
    let records = SqlRecords::new(reading.connection, reading.schema);
    let names = extent.names(reading.schema);
    names
        .into_iter()
        .map(|name| records.count(name, extent.decided(reading.schema, name)))
        .sum()
}

/// The rows after a place.
///
/// # Errors
/// When the ledger cannot be read.
pub fn next_rows(
    reading: &Reading<'_>,
    extent: &Extent,
    after: Option<&(CollectionName, RecordId)>,
    limit: u32,
) -> Result<Rows, LedgerError> {
    let records = SqlRecords::new(reading.connection, reading.schema);
    let (mut lines, mut count, mut last) = (String::new(), 0, None);
    for name in extent.names(reading.schema) {
        let after_id = match after {
            Some((last, _)) if name.as_str() < last.as_str() => continue,
            Some((last, id)) if name == last => Some(*id),
            _ => None,
        };
        let decided = extent.decided(reading.schema, name);
        let page = records.lines(name, after_id, decided, limit - count, &mut lines)?;
        count += page.rows;
        if count == limit {
            last = page.last.map(|id| (name.clone(), id));
            break;
        }
    }
    Ok(Rows { lines, last })
}

impl Extent {
    fn names<'s>(&self, schema: &'s Schema) -> Vec<&'s CollectionName> {
        let wanted = |name: &CollectionName| {
            let only = self.only.as_ref();
            only.is_none_or(|(only, _)| only == name) && in_kind(schema, name, self.kind)
        };
        schema
            .collections
            .keys()
            .filter(|name| wanted(name))
            .collect()
    }

    /// When the records that are wanted were decided.
    fn decided(&self, schema: &Schema, name: &str) -> Range<Millis> {
        let dated = schema
            .collection(name)
            .is_some_and(|c| c.scope.dated && c.kind == Kind::Fact);
        let begin = |day: u32| Millis(u64::from(day) * 86_400_000);
        match &self.only {
            _ if !dated => Millis(0)..END,
            Some((_, day)) if day.0 < self.scope_from => END..END,
            Some((_, day)) => begin(day.0)..begin(day.0.saturating_add(1)),
            None => begin(self.scope_from)..END,
        }
    }
}
