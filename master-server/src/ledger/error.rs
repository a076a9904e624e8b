//! What can go wrong with a ledger.

use std::path::PathBuf;

use rusqlite::ErrorCode;
use sync_core::{Code, ReadError, WireError};

/// A read or a write of the ledger that failed. Nothing of the batch it belonged to took effect.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// SQLite says no.
    #[error("the ledger cannot be read or written")]
    Sqlite(#[from] rusqlite::Error),
    /// What is kept does not make sense.
    #[error("the ledger holds what cannot be read: {0}")]
    Corrupt(String),
    /// A file beside the ledger.
    #[error("cannot read or write {path}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A read or a copy that did not end.
    #[error("work on the ledger was cut off")]
    CutOff,
    /// The writer has ended.
    #[error("the ledger is closed")]
    Closed,
}

/// A ledger that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// SQLite says no.
    #[error("the ledger cannot be opened")]
    Sqlite(#[from] rusqlite::Error),
    /// The file is of a newer build.
    #[error("the ledger has shape {found}, this build knows {known}: use a newer build")]
    Newer {
        /// The shape of the file.
        found: i64,
        /// The newest one known.
        known: usize,
    },
    /// Records were written under a newer schema.
    #[error(
        "the ledger was written under format {found}, this build knows {known}: use a newer build"
    )]
    NewerFormat {
        /// The format of the file.
        found: u32,
        /// The one of this build's schema.
        known: u32,
    },
    /// The SQLite built in is too old to trust with a WAL.
    #[error("SQLite {0} is too old")]
    Sqlite3(String),
    /// The schema contradicts itself.
    #[error(transparent)]
    Schema(#[from] sync_core::SchemaError),
    /// A read or write while opening.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The writer's thread could not be started.
    #[error("the writer cannot be started")]
    Thread(#[source] std::io::Error),
}

impl LedgerError {
    /// The code a door answers with.
    pub fn code(&self) -> Code {
        match self {
            Self::Sqlite(rusqlite::Error::SqliteFailure(failure, _))
                if failure.code == ErrorCode::DiskFull =>
            {
                Code::StorageFull
            }
            Self::Closed => Code::Draining,
            _ => Code::StorageFailed,
        }
    }

    /// The answer at a door: a sentence without internals.
    pub fn to_wire(&self) -> WireError {
        let code = self.code();
        let message = match code {
            Code::StorageFull => {
                "the master's disk is full: nothing was written; free some space there"
            }
            Code::Draining => "the master is about to stop",
            _ => "the master cannot read or write its ledger: nothing was written",
        };
        WireError::new(code, message)
    }
}

impl From<LedgerError> for ReadError {
    fn from(error: LedgerError) -> Self {
        ReadError(error.to_string())
    }
}
