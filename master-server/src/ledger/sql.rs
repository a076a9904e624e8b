//! Small translations between rows and the types of the protocol.

use rusqlite::config::DbConfig;
use rusqlite::types::Type;
use rusqlite::{Connection, Row};
use sync_core::{DeviceId, Digest, RecordId};

/// Lets every statement keep the plan that it was prepared with.
///
/// SQLite otherwise looks at the values of a query for a better one, and so prepares it anew for each
/// value: for a rule that looks for the same telephone number that took longer than finding it.
pub(super) fn keep_plans(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

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

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_statement_is_prepared_once_for_all_values() {
        let connection = Connection::open_in_memory().unwrap();
        keep_plans(&connection).unwrap();
        let table = "CREATE TABLE c (id BLOB PRIMARY KEY, doc TEXT NOT NULL) WITHOUT ROWID;
            CREATE INDEX by_name ON c (json_extract(doc, '$.name'));
            CREATE INDEX by_phone ON c (json_extract(doc, '$.phone'));";
        connection.execute_batch(table).unwrap();
        let query = "SELECT id FROM c WHERE json_extract(doc, '$.phone') = ?1 ORDER BY id";
        let mut statement = connection.prepare(query).unwrap();
        for number in 0..10 {
            assert!(!statement.exists([format!("+44 {number}")]).unwrap());
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
