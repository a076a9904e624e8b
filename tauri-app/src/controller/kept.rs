//! Small things that outlive a restart but are nobody's record, in a file of their own.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};
use till::TillError;

/// The name of the file in the till's folder.
const FILE: &str = "people.sqlite";

/// What is kept by name. Read and written a few times a day: nothing is held open.
#[derive(Debug)]
pub(super) struct Kept {
    file: PathBuf,
}

impl Kept {
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self {
            file: folder.join(FILE),
        }
    }

    pub(super) fn read(&self, name: &str) -> Result<Option<String>, TillError> {
        let read = || {
            let query = "SELECT text FROM kept WHERE name = ?1";
            let row = |row: &rusqlite::Row<'_>| row.get(0);
            self.open()?.query_row(query, [name], row).optional()
        };
        read().map_err(|error| failed(&error))
    }

    /// Durable when this returns.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<(), TillError> {
        let write = || {
            let statement = "INSERT INTO kept VALUES (?1, ?2) \
                             ON CONFLICT (name) DO UPDATE SET text = excluded.text";
            self.open()?.execute(statement, [name, text])
        };
        write().map(drop).map_err(|error| failed(&error))
    }

    fn open(&self) -> rusqlite::Result<Connection> {
        let db = Connection::open(&self.file)?;
        db.pragma_update(None, "synchronous", "full")?;
        db.execute_batch(
            "CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, text TEXT NOT NULL)
             WITHOUT ROWID",
        )?;
        Ok(db)
    }
}

fn failed(error: &rusqlite::Error) -> TillError {
    TillError::internal(&format!("{FILE} cannot be used: {error}."))
}
