//! What a person may do, by the role that is known here.

use crate::ledger::{LedgerError, Reading, SqlRecords};
use retail::{Employee, Permission, collection};
use sync_core::{Record, RecordId};

/// Whether somebody works here and has a permission.
///
/// # Errors
/// When the ledger cannot be read.
pub(super) fn allowed(
    reading: &Reading<'_>,
    by: RecordId,
    permission: Permission,
) -> Result<bool, LedgerError> {
    let records = SqlRecords::new(reading.connection, reading.schema);
    let record = records.read(collection::EMPLOYEES, by)?;
    let live = record.filter(Record::is_live);
    let person: Option<Employee> = live.and_then(|record| record.doc.to_typed().ok());
    Ok(person.is_some_and(|person| person.active && person.role.has(permission)))
}
