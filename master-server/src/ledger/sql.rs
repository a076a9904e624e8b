//! Small translations between rows and the types of the protocol.

use rusqlite::Row;
use rusqlite::types::Type;
use sync_core::{DeviceId, Digest, RecordId};

/// A 16-byte id column.
pub(super) fn bytes16(row: &Row<'_>, column: usize) -> rusqlite::Result<[u8; 16]> {
    sized(row, column)
}

/// A digest column.
pub(super) fn digest(row: &Row<'_>, column: usize) -> rusqlite::Result<Digest> {
    Ok(Digest::from(sized::<32>(row, column)?))
}

/// A digest column that may be empty.
pub(super) fn maybe_digest(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Digest>> {
    maybe_sized::<32>(row, column).map(|bytes| bytes.map(Digest::from))
}

/// A device column.
pub(super) fn device(row: &Row<'_>, column: usize) -> rusqlite::Result<DeviceId> {
    bytes16(row, column).map(DeviceId::from)
}

/// A device column that may be empty.
pub(super) fn maybe_device(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<DeviceId>> {
    maybe_sized::<16>(row, column).map(|bytes| bytes.map(DeviceId::from))
}

/// A record's id column.
pub(super) fn record(row: &Row<'_>, column: usize) -> rusqlite::Result<RecordId> {
    bytes16(row, column).map(RecordId::from)
}

/// A counter column.
pub(super) fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(|n| n as u64)
}

/// JSON that cannot be read back.
pub(super) fn unreadable(column: usize, error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}

fn sized<const N: usize>(row: &Row<'_>, column: usize) -> rusqlite::Result<[u8; N]> {
    row.get::<_, [u8; N]>(column)
}

fn maybe_sized<const N: usize>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<[u8; N]>> {
    row.get::<_, Option<[u8; N]>>(column)
}
