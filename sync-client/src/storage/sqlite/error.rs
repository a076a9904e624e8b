use rusqlite::{Error, ErrorCode};

use crate::storage::StorageError;

impl From<Error> for StorageError {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full(text),
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Unreadable(text),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Held(text),
            Some(ErrorCode::CannotOpen) => Self::Lost(text),
            _ => Self::Failed(text),
        }
    }
}

/// What is stored is always read back as what was written.
pub(super) fn unreadable(error: impl std::fmt::Display) -> StorageError {
    StorageError::Unreadable(error.to_string())
}
