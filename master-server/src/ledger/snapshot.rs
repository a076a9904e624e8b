//! The rows of a snapshot, chunk by chunk: no transaction outlives a chunk.

use sync_core::{Change, CollectionName, DeviceKind, Kind, Millis, RecordId, Schema};

use super::changes::in_kind;
use super::error::LedgerError;
use super::reader::Reading;
use super::records::SqlRecords;

/// Some rows and where they end.
#[derive(Debug)]
pub struct Rows {
    /// Changes in the order of (collection, id).
    pub rows: Vec<Change>,
    /// The last row's place; `None` once all have been read.
    pub last: Option<(CollectionName, RecordId)>,
}

/// How many rows a whole snapshot has.
///
/// # Errors
/// When the ledger cannot be read.
pub fn total(reading: &Reading<'_>, kind: DeviceKind, scope_from: u32) -> Result<u64, LedgerError> {
    let records = SqlRecords::new(reading.connection, reading.schema);
    let names = names(reading.schema, kind);
    names
        .into_iter()
        .map(|name| records.count(name, first_at(reading.schema, name, scope_from)))
        .sum()
}

/// The rows after a place.
///
/// # Errors
/// When the ledger cannot be read.
pub fn next_rows(
    reading: &Reading<'_>,
    kind: DeviceKind,
    scope_from: u32,
    after: Option<&(CollectionName, RecordId)>,
    limit: u32,
) -> Result<Rows, LedgerError> {
    let records = SqlRecords::new(reading.connection, reading.schema);
    let mut rows = Vec::new();
    for name in names(reading.schema, kind) {
        let after_id = match after {
            Some((last, _)) if name.as_str() < last.as_str() => continue,
            Some((last, id)) if name == last => Some(*id),
            _ => None,
        };
        let left = limit - rows.len() as u32;
        let page = records.page(
            name,
            after_id,
            first_at(reading.schema, name, scope_from),
            left,
        )?;
        rows.extend(page.into_iter().map(|record| Change {
            collection: name.clone(),
            record,
        }));
        if rows.len() as u32 == limit {
            break;
        }
    }
    let full = rows.len() as u32 == limit;
    let last = rows
        .last()
        .filter(|_| full)
        .map(|change| (change.collection.clone(), change.record.id));
    Ok(Rows { rows, last })
}

fn names(schema: &Schema, kind: DeviceKind) -> Vec<&CollectionName> {
    schema
        .collections
        .keys()
        .filter(|name| in_kind(schema, name, kind))
        .collect()
}

fn first_at(schema: &Schema, name: &str, scope_from: u32) -> Millis {
    let dated = schema
        .collection(name)
        .is_some_and(|c| c.scope.dated && c.kind == Kind::Fact);
    Millis(match dated {
        true => u64::from(scope_from) * 86_400_000,
        false => 0,
    })
}
