//! Wrong PINs, when the master was last reached, and the device's own log: what outlives a reload
//! but is nobody's record.

use retail::Tries;
use rexie::{ObjectStore, Rexie, TransactionMode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sync_client::SyncLogEntry;
use sync_core::{Millis, RecordId};
use wasm_bindgen::JsValue;

use crate::error::TillError;

const STORE: &str = "people";
const REACHED: &str = "reached";
const LOG: &str = "log";

/// A small database of its own.
pub(crate) struct TriesDb {
    name: String,
}

impl TriesDb {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: format!("{name}-people"),
        }
    }

    pub(crate) async fn of(&self, employee: RecordId) -> Result<Tries, TillError> {
        Ok(self.read(&employee.to_string()).await?.unwrap_or_default())
    }

    pub(crate) async fn set(&self, employee: RecordId, tries: Tries) -> Result<(), TillError> {
        self.write(&employee.to_string(), &tries).await
    }

    /// When the master was last reached.
    pub(crate) async fn reached(&self) -> Result<Option<Millis>, TillError> {
        self.read(REACHED).await
    }

    pub(crate) async fn set_reached(&self, at: Millis) -> Result<(), TillError> {
        self.write(REACHED, &at).await
    }

    /// What this device did about its synchronisation.
    pub(crate) async fn log(&self) -> Result<Vec<SyncLogEntry>, TillError> {
        Ok(self.read(LOG).await?.unwrap_or_default())
    }

    pub(crate) async fn set_log(&self, entries: &[SyncLogEntry]) -> Result<(), TillError> {
        self.write(LOG, &entries).await
    }

    async fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, TillError> {
        let database = self.open().await?;
        let read = async {
            let tx = database.transaction(&[STORE], TransactionMode::ReadOnly)?;
            tx.store(STORE)?.get(key.into()).await
        };
        let value = read.await.map_err(|error| failed(&error));
        database.close();
        let text = value?.as_ref().and_then(JsValue::as_string);
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    async fn write<T: Serialize>(&self, key: &str, value: &T) -> Result<(), TillError> {
        let text = serde_json::to_string(value).map_err(|e| TillError::internal(&e.to_string()))?;
        let database = self.open().await?;
        let write = async {
            let tx = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
            tx.store(STORE)?
                .put(&text.into(), Some(&key.into()))
                .await?;
            tx.commit().await
        };
        let written = write.await.map_err(|error| failed(&error));
        database.close();
        written
    }

    async fn open(&self) -> Result<Rexie, TillError> {
        let builder = Rexie::builder(&self.name).version(1);
        let builder = builder.add_object_store(ObjectStore::new(STORE).auto_increment(false));
        builder.build().await.map_err(|error| failed(&error))
    }
}

fn failed(error: &rexie::Error) -> TillError {
    let error = sync_client::storage::StorageError::Failed(error.to_string());
    TillError::from(sync_client::OpenError::Storage(error))
}
