//! What one write transaction does.

use js_sys::Array;
use sync_core::json::{self, ToJson};
use wasm_bindgen::JsValue;

use super::key::{attention_key, id_of, key, keys_between};
use super::{ATTENTION, COUNTERS, IDENTITY, META, NUMBERS, OPEN, OUTCOMES, ROWS, ids_of, parse};
use crate::storage::indexeddb::failure::Failure;
use crate::storage::indexeddb::fuse::Fuse;
use crate::storage::indexeddb::handle::{Answer, Transaction};
use crate::storage::{MutationId, OutboxPart, OutboxRow, Prune, StoredOutcome};

/// A write transaction.
pub(super) struct Writing<'a> {
    pub(super) tx: &'a Transaction,
    pub(super) fuse: &'a Fuse,
}

/// What has to be known before the rest of a part can be written.
pub(super) struct Before {
    /// From the first to the last of the rows that outcomes are for, and which of these there are.
    rows: Option<(JsValue, Answer)>,
    /// The keys of the attention list.
    attention: Option<Answer>,
}

/// Every outcome with its key.
pub(super) struct Outcomes {
    keys: Answer,
    values: Answer,
}

impl Writing<'_> {
    /// Issues what depends on nothing, and asks what the rest depends on.
    pub(super) fn write(&self, part: &OutboxPart) -> Result<Before, Failure> {
        if let Some(identity) = &part.identity {
            self.put(META, &IDENTITY.into(), identity);
        }
        if let Some(numbers) = &part.meta {
            self.put(META, &NUMBERS.into(), numbers);
        }
        for (name, value) in &part.counters {
            self.put(COUNTERS, &name.into(), value);
        }
        for &id in &part.remove {
            self.remove_row(id);
        }
        for row in &part.rows {
            self.put_row(row);
        }
        // One request for all: they are of one device in a row, but for what an earlier one left.
        let ids = || part.outcomes.iter().map(|(id, _)| *id);
        let rows = match (ids().min(), ids().max()) {
            (Some(first), Some(last)) => {
                let range = keys_between(first, last)?;
                let there = self.tx.keys(ROWS, &range);
                Some((range, there))
            }
            _ => None,
        };
        let attention = match part.attend.is_empty() && part.dismiss.is_empty() {
            true => None,
            false => Some(self.tx.keys(ATTENTION, &JsValue::UNDEFINED)),
        };
        Ok(Before { rows, attention })
    }

    /// Issues the outcomes and what becomes of the attention list.
    pub(super) fn decide_all(&self, part: &OutboxPart, before: Before) -> Result<(), Failure> {
        if let Some((range, rows)) = before.rows {
            self.decide_rows(part, &range, &ids_of(&rows)?);
        }
        let Some(listed) = before.attention else {
            return Ok(());
        };
        let listed = listed.list();
        for entry in &part.attend {
            self.dismiss(&listed, entry.id)?;
            let key = attention_key(entry);
            self.put(ATTENTION, &key, entry);
            listed.push(&key);
        }
        for &id in &part.dismiss {
            self.dismiss(&listed, id)?;
        }
        Ok(())
    }

    /// Keeps the outcomes of the rows that are there.
    fn decide_rows(&self, part: &OutboxPart, range: &JsValue, there: &[MutationId]) {
        // Where each of these rows is decided, in their order, one request says so for all.
        let decided = part
            .outcomes
            .iter()
            .map(|(id, outcome)| outcome.as_ref().map(|_| *id));
        let at_once = decided.eq(there.iter().map(|id| Some(*id)));
        if at_once {
            self.delete(OPEN, range);
        }
        for (id, outcome) in &part.outcomes {
            match outcome {
                Some(outcome) if at_once => self.put(OUTCOMES, &key(*id), outcome),
                // Keys come in the order of the ids they stand for.
                _ if there.binary_search(id).is_ok() => {
                    self.set_outcome(&key(*id), outcome.as_ref());
                }
                _ => {}
            }
        }
    }

    /// Asks for everything that pruning looks at.
    pub(super) fn outcomes(&self) -> Outcomes {
        Outcomes {
            keys: self.tx.keys(OUTCOMES, &JsValue::UNDEFINED),
            values: self.tx.all(OUTCOMES, &JsValue::UNDEFINED, u32::MAX),
        }
    }

    /// Takes old rows away.
    pub(super) fn prune(&self, prune: &Prune, outcomes: &Outcomes) -> Result<(), Failure> {
        let (keys, values) = (outcomes.keys.list(), outcomes.values.texts());
        for (key, value) in keys.iter().zip(values) {
            let (id, outcome) = (id_of(&key)?, parse::<StoredOutcome>(&value, "an outcome")?);
            if prune.covers_decided(id, outcome.arrived_at) {
                self.remove_row(id);
            }
        }
        Ok(())
    }

    fn put_row(&self, row: &OutboxRow) {
        let key = key(row.id());
        let stored = OutboxRow {
            outcome: None,
            ..row.clone()
        };
        self.put(ROWS, &key, &stored);
        self.set_outcome(&key, row.outcome.as_ref());
    }

    fn set_outcome(&self, key: &JsValue, outcome: Option<&StoredOutcome>) {
        match outcome {
            Some(outcome) => {
                self.put(OUTCOMES, key, outcome);
                self.delete(OPEN, key);
            }
            None => {
                self.delete(OUTCOMES, key);
                self.put(OPEN, key, &());
            }
        }
    }

    fn remove_row(&self, id: MutationId) {
        let key = key(id);
        for store in [ROWS, OUTCOMES, OPEN] {
            self.delete(store, &key);
        }
    }

    /// The list is short and its keys begin with a time, so it is looked through.
    fn dismiss(&self, listed: &Array, id: MutationId) -> Result<(), Failure> {
        for key in listed.iter() {
            if id_of(&Array::from(&key).slice(1, 3))? == id {
                self.delete(ATTENTION, &key);
            }
        }
        Ok(())
    }

    fn put(&self, store: &str, key: &JsValue, value: &dyn ToJson) {
        if self.passes() {
            self.tx.put(store, key, &json::text(value).into());
        }
    }

    fn delete(&self, store: &str, key: &JsValue) {
        if self.passes() {
            self.tx.delete(store, key);
        }
    }

    fn passes(&self) -> bool {
        self.fuse
            .pass()
            .map_err(|killed| self.tx.fail(killed))
            .is_ok()
    }
}
