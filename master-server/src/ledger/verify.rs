//! Looks through a whole ledger for what does not fit: edits, deletions, cuts.

mod chains;
mod sums;

use std::fmt;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use serde::Serialize;
use sync_core::{Domain, Position};

use super::copy::Copy;
use super::error::LedgerError;
use super::migrations;
use super::open::upgrade;

/// So many faults are named; more are only counted.
const NAMED: usize = 100;

/// What was looked at and what does not fit.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Whether everything fits.
    pub ok: bool,
    /// The last position of the log.
    pub head: Position,
    /// How many audit entries were checked.
    pub audit_entries: u64,
    /// How many mutations of the log were checked.
    pub mutations: u64,
    /// How many records were checked.
    pub records: u64,
    /// How many facts were added up.
    pub facts: u64,
    /// How many faults there are.
    pub fault_count: u64,
    /// The first of them.
    pub faults: Vec<Fault>,
}

/// Something that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where: `audit`, `log`, `records`, `projections` or `checksums`.
    pub part: &'static str,
    /// What.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.part, self.what)
    }
}

impl Report {
    pub(super) fn fault(&mut self, part: &'static str, what: String) {
        self.fault_count += 1;
        if self.faults.len() < NAMED {
            self.faults.push(Fault { part, what });
        }
    }
}

/// Verifies a ledger file without changing it; a running master may be writing to it.
///
/// # Errors
/// When the file cannot be read at all.
pub fn verify_file(path: &Path, domain: &dyn Domain) -> Result<Report, LedgerError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.pragma_update(None, "query_only", true)?;
    if migrations::is_current(&connection, domain.schema())? {
        let transaction = connection.transaction()?;
        return verify(&transaction, domain);
    }
    // What an older build left is looked at as this build will have it.
    let copy = Copy::beside(path, "verifying");
    connection.pragma_update(None, "query_only", false)?;
    let into = copy.path().to_string_lossy();
    connection.execute("VACUUM INTO ?1", [into])?;
    upgrade(copy.path(), domain.schema()).map_err(|e| LedgerError::Corrupt(e.to_string()))?;
    verify(&Connection::open(copy.path())?, domain)
}

/// Verifies what one transaction sees.
pub(super) fn verify(connection: &Connection, domain: &dyn Domain) -> Result<Report, LedgerError> {
    let mut report = Report::default();
    let sound: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if sound != "ok" {
        report.fault("records", sound);
    }
    chains::audit(connection, &mut report)?;
    chains::log(connection, &mut report)?;
    chains::marks(connection, &mut report)?;
    sums::records(connection, domain, &mut report)?;
    report.ok = report.fault_count == 0;
    Ok(report)
}
