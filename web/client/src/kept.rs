//! Small things that outlive a reload but are nobody's record.

use rexie::{ObjectStore, Rexie, TransactionMode};
use till::TillError;
use wasm_bindgen::JsValue;

const STORE: &str = "people";

/// A small database of its own.
#[derive(Clone, Debug)]
pub(crate) struct KeptDb {
    name: String,
}

impl KeptDb {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: format!("{name}-people"),
        }
    }

    pub(crate) async fn read(&self, key: &str) -> Result<Option<String>, TillError> {
        let database = self.open().await?;
        let read = async {
            let tx = database.transaction(&[STORE], TransactionMode::ReadOnly)?;
            tx.store(STORE)?.get(key.into()).await
        };
        let value = read.await.map_err(|error| failed(&error));
        database.close();
        Ok(value?.as_ref().and_then(JsValue::as_string))
    }

    pub(crate) async fn write(&self, key: &str, text: &str) -> Result<(), TillError> {
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
        written.map(drop)
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
