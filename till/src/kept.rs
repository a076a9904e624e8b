//! Wrong PINs, when the master was last reached, and the device's own log: what outlives a restart
//! but is nobody's record.

use retail::Tries;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sync_client::SyncLogEntry;
use sync_core::{Millis, RecordId};

use crate::{Host, TillError};

const REACHED: &str = "reached";
const LOG: &str = "log";

/// What a host keeps, as its types.
pub(crate) struct Kept<'a>(pub(crate) &'a dyn Host);

impl Kept<'_> {
    pub(crate) async fn tries(&self, employee: RecordId) -> Result<Tries, TillError> {
        Ok(self.read(&employee.to_string()).await?.unwrap_or_default())
    }

    pub(crate) async fn set_tries(
        &self,
        employee: RecordId,
        tries: Tries,
    ) -> Result<(), TillError> {
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

    async fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, TillError> {
        let text = self.0.kept(name).await?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    async fn write<T: Serialize>(&self, name: &str, value: &T) -> Result<(), TillError> {
        let text = serde_json::to_string(value).map_err(|e| TillError::internal(&e.to_string()))?;
        self.0.keep(name, text).await
    }
}
