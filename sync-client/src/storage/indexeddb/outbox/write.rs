//! What one write transaction does.

use js_sys::Array;
use sync_core::json::{self, ToJson};
use wasm_bindgen::JsValue;

use super::key::{attention_key, id_of, key};
use super::{ATTENTION, COUNTERS, IDENTITY, META, NUMBERS, OPEN, OUTCOMES, ROWS, parse};
use crate::storage::indexeddb::failure::Failure;
use crate::storage::indexeddb::fuse::Fuse;
use crate::storage::indexeddb::handle::Transaction;
use crate::storage::{MutationId, OutboxPart, OutboxRow, Prune, StoredOutcome};

/// A write transaction with the stores it works on.
pub(super) struct Writing<'a> {
    pub(super) tx: Transaction,
    pub(super) fuse: &'a Fuse,
}

impl Writing<'_> {
    pub(super) async fn write(&self, part: &OutboxPart) -> Result<(), Failure> {
        if let Some(identity) = &part.identity {
            self.put(META, &IDENTITY.into(), identity)?;
        }
        if let Some(numbers) = &part.meta {
            self.put(META, &NUMBERS.into(), numbers)?;
        }
        for (name, value) in &part.counters {
            self.put(COUNTERS, &name.into(), value)?;
        }
        for &id in &part.remove {
            self.remove_row(id)?;
        }
        for row in &part.rows {
            self.put_row(row)?;
        }
        for (id, outcome) in &part.outcomes {
            self.set_outcome(*id, outcome.as_ref()).await?;
        }
        for entry in &part.attend {
            self.dismiss(entry.id).await?;
            self.put(ATTENTION, &attention_key(entry), entry)?;
        }
        for &id in &part.dismiss {
            self.dismiss(id).await?;
        }
        if let Some(prune) = &part.prune {
            self.prune(prune).await?;
        }
        Ok(())
    }

    fn put_row(&self, row: &OutboxRow) -> Result<(), Failure> {
        let key = key(row.id());
        let stored = OutboxRow {
            outcome: None,
            ..row.clone()
        };
        self.put(ROWS, &key, &stored)?;
        match &row.outcome {
            Some(outcome) => self.decide(&key, outcome),
            None => self.reopen(&key),
        }
    }

    async fn set_outcome(
        &self,
        id: MutationId,
        outcome: Option<&StoredOutcome>,
    ) -> Result<(), Failure> {
        let key = key(id);
        if self
            .tx
            .store(ROWS)?
            .get(&key)?
            .answer()
            .await?
            .is_undefined()
        {
            return Ok(());
        }
        match outcome {
            Some(outcome) => self.decide(&key, outcome),
            None => self.reopen(&key),
        }
    }

    fn decide(&self, key: &JsValue, outcome: &StoredOutcome) -> Result<(), Failure> {
        self.put(OUTCOMES, key, outcome)?;
        self.delete(OPEN, key)
    }

    fn reopen(&self, key: &JsValue) -> Result<(), Failure> {
        self.delete(OUTCOMES, key)?;
        self.put(OPEN, key, &())
    }

    fn remove_row(&self, id: MutationId) -> Result<(), Failure> {
        let key = key(id);
        [ROWS, OUTCOMES, OPEN]
            .into_iter()
            .try_for_each(|store| self.delete(store, &key))
    }

    /// The list is short and its keys begin with a time, so it is looked through.
    async fn dismiss(&self, id: MutationId) -> Result<(), Failure> {
        let keys = self.tx.store(ATTENTION)?.keys(&JsValue::UNDEFINED)?;
        for key in Array::from(&keys.answer().await?).iter() {
            let parts = Array::from(&key);
            if id_of(&Array::of2(&parts.get(1), &parts.get(2)))? == id {
                self.delete(ATTENTION, &key)?;
            }
        }
        Ok(())
    }

    async fn prune(&self, prune: &Prune) -> Result<(), Failure> {
        let outcomes = self.tx.store(OUTCOMES)?;
        let keys = outcomes.keys(&JsValue::UNDEFINED)?;
        let values = outcomes.all(&JsValue::UNDEFINED, u32::MAX)?;
        let keys = Array::from(&keys.answer().await?);
        let values = Array::from(&values.answer().await?);
        for (key, value) in keys.iter().zip(values.iter()) {
            let (id, outcome) = (id_of(&key)?, parse::<StoredOutcome>(&value, "an outcome")?);
            if prune.covers_decided(id, outcome.arrived_at) {
                self.remove_row(id)?;
            }
        }
        Ok(())
    }

    fn put(&self, store: &str, key: &JsValue, value: &dyn ToJson) -> Result<(), Failure> {
        self.fuse.pass()?;
        let json = json::text(value);
        self.tx.store(store)?.put(key, &json.into())
    }

    fn delete(&self, store: &str, key: &JsValue) -> Result<(), Failure> {
        self.fuse.pass()?;
        self.tx.store(store)?.delete(key)
    }
}
