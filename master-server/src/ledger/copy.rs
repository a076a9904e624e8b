//! A copy of a ledger file that goes when it is no longer needed.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A file beside a ledger, and what SQLite puts beside it; removed on drop.
pub(super) struct Copy(PathBuf);

impl Copy {
    /// A copy of this purpose that is not there yet.
    pub(super) fn beside(ledger: &Path, purpose: &str) -> Self {
        let copy = Self(with_suffix(ledger, &format!(".{purpose}")));
        copy.remove();
        copy
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    fn remove(&self) {
        for suffix in ["", "-wal", "-shm"] {
            // What is not there needs no removing; what cannot be removed is overwritten next time.
            let _ = std::fs::remove_file(with_suffix(&self.0, suffix));
        }
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        self.remove();
    }
}

/// A path with something behind its name.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
