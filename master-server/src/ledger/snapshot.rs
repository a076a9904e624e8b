//! The rows of a snapshot, chunk by chunk: no transaction outlives a chunk.

use sync_core::{CollectionName, DeviceKind, Kind, Millis, RecordId, Schema};

use super::changes::in_kind;
use super::error::LedgerError;
use super::reader::Reading;
use super::records::SqlRecords;

/// Some rows and where they end.
#[derive(Debug)]
pub struct Rows {
    /// Lines of a snapshot in the order of (collection, id), each with its line feed.
    pub lines: String,
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
    let (mut lines, mut count, mut last) = (String::new(), 0, None);
    for name in names(reading.schema, kind) {
        let after_id = match after {
            Some((last, _)) if name.as_str() < last.as_str() => continue,
            Some((last, id)) if name == last => Some(*id),
            _ => None,
        };
        let first_at = first_at(reading.schema, name, scope_from);
        let page = records.lines(name, after_id, first_at, limit - count, &mut lines)?;
        count += page.rows;
        if count == limit {
            last = page.last.map(|id| (name.clone(), id));
            break;
        }
    }
    Ok(Rows { lines, last })
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
