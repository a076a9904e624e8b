//! Who this node is: its store, its log, its own device id.

use rusqlite::{Connection, OptionalExtension, params};
use sync_core::{DeviceId, LogId, StoreId, Term};

use super::error::LedgerError;

/// Who this node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The store it serves.
    pub store: StoreId,
    /// What people call the store.
    pub store_name: String,
    /// The incarnation of the log.
    pub log_id: LogId,
    /// The reign; 0 on a single node.
    pub term: Term,
    /// The device id under which it acts on its own.
    pub node: DeviceId,
    /// Why the store is not served, where acknowledged data is missing.
    pub restore_needed: Option<String>,
}

impl Identity {
    /// Reads it; a new file has none yet.
    pub(super) fn load(connection: &Connection) -> Result<Option<Self>, LedgerError> {
        let Some(store) = value(connection, "store")? else {
            return Ok(None);
        };
        let need = |key: &str| {
            value(connection, key)?
                .ok_or_else(|| LedgerError::Corrupt(format!("meta has no {key}")))
        };
        let wrong = |what: &str| LedgerError::Corrupt(format!("meta: {what} cannot be read"));
        Ok(Some(Self {
            store: store.parse().map_err(|_| wrong("store"))?,
            store_name: need("store_name")?,
            log_id: LogId {
                generation: need("generation")?
                    .parse()
                    .map_err(|_| wrong("generation"))?,
                uuid: need("log")?.parse().map_err(|_| wrong("log"))?,
            },
            term: Term(0),
            node: need("node")?.parse().map_err(|_| wrong("node"))?,
            restore_needed: value(connection, "restore_needed")?,
        }))
    }

    pub(super) fn save(&self, connection: &Connection) -> Result<(), LedgerError> {
        set(connection, "store", &self.store.to_string())?;
        set(connection, "store_name", &self.store_name)?;
        set(
            connection,
            "generation",
            &self.log_id.generation.to_string(),
        )?;
        set(connection, "log", &self.log_id.uuid.to_string())?;
        set(connection, "node", &self.node.to_string())?;
        match &self.restore_needed {
            Some(reason) => set(connection, "restore_needed", reason),
            None => {
                connection.execute("DELETE FROM meta WHERE key = 'restore_needed'", [])?;
                Ok(())
            }
        }
    }
}

pub(super) fn value(connection: &Connection, key: &str) -> Result<Option<String>, LedgerError> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
    Ok(statement.query_row([key], |row| row.get(0)).optional()?)
}

pub(super) fn set(connection: &Connection, key: &str, value: &str) -> Result<(), LedgerError> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")?
        .execute(params![key, value])?;
    Ok(())
}

/// The generation of a ledger file's log; `None` where it cannot be read.
pub fn generation_of(file: &std::path::Path) -> Option<u64> {
    let connection = Connection::open(file).ok()?;
    let identity = Identity::load(&connection).ok()??;
    Some(identity.log_id.generation)
}
