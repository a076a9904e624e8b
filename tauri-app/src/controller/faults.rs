//! What is wrong with a till's folder, for people.

use std::path::Path;

use sync_client::storage::StorageError;
use sync_core::Class;
use till::TillError;

use crate::SettingsError;

/// Why the file in a folder cannot be opened, and what to do.
pub(super) fn not_opened(folder: &Path, error: &StorageError) -> TillError {
    let at = folder.display();
    let (code, class, message) = match error {
        StorageError::Held(_) => (
            "already_open",
            Class::Wait,
            format!(
                "Tillsync is already open on this computer with the data in {at}. Go on in that \
                 window, or close it and reload this one."
            ),
        ),
        StorageError::Full(_) => (
            "disk_full",
            Class::Wait,
            format!(
                "The disk with {at} is full, so the till cannot be opened. Free some space and \
                 reload: everything sold before is kept."
            ),
        ),
        StorageError::Unreadable(reason) => (
            "data_unreadable",
            Class::Fatal,
            format!("The data in {at} cannot be read: {reason}. Keep the folder and call support."),
        ),
        other => return unusable(folder, other),
    };
    TillError::new(code, class, &message)
}

pub(super) fn unusable(folder: &Path, error: &impl std::fmt::Display) -> TillError {
    let message = format!(
        "Nothing can be written to {}: {error}. Give this user the right to write there and \
         reload: everything sold before is kept.",
        folder.display()
    );
    TillError::new("data_read_only", Class::Wait, &message)
}

pub(super) fn bad_settings(folder: &Path, error: &SettingsError) -> TillError {
    let message = format!(
        "In {}, {error}. Mend or delete that file and reload: everything sold before is kept.",
        folder.display()
    );
    TillError::new("bad_settings", Class::Attention, &message)
}
