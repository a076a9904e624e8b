//! Connections for reading, apart from the writer's.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};
use sync_core::{DeviceKind, Schema, Sums};
use tokio::sync::Semaphore;

use super::error::LedgerError;
use super::{checksums, sql};

/// So many reads run at once.
const READERS: usize = 4;

/// The connections that are not in use.
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    slots: Arc<Semaphore>,
}

/// One consistent look at the ledger.
pub struct Reading<'a> {
    /// The connection, inside a transaction.
    pub connection: &'a Connection,
    /// The collections.
    pub schema: &'a Schema,
}

impl Reading<'_> {
    /// The checksums of what a kind of device holds.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn sums(&self, kind: DeviceKind, scope_from: u32) -> Result<Sums, LedgerError> {
        let all = checksums::load(self.connection)?;
        Ok(checksums::in_scope(all, self.schema, kind, scope_from))
    }
}

impl Readers {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            idle: Mutex::default(),
            slots: Arc::new(Semaphore::new(READERS)),
        }
    }

    /// A slot; while it is held one more read runs.
    pub(super) async fn slot(&self) -> Result<tokio::sync::OwnedSemaphorePermit, LedgerError> {
        let slots = Arc::clone(&self.slots);
        slots.acquire_owned().await.map_err(|_| LedgerError::Closed)
    }

    /// Reads in one transaction; blocks the thread.
    pub(super) fn read<T>(
        &self,
        schema: &Schema,
        look: impl FnOnce(&Reading<'_>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        let idle = self.idle().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => open(&self.path)?,
        };
        let transaction = connection.transaction()?;
        let seen = look(&Reading {
            connection: &transaction,
            schema,
        });
        drop(transaction);
        self.idle().push(connection);
        seen
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open(path: &Path) -> Result<Connection, LedgerError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.pragma_update(None, "query_only", true)?;
    sql::keep_plans(&connection)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}
