//! The one query engine: the store's records as the master last confirmed them, in memory.
//!
//! Documents lie as compact bytes and are parsed when read; the schema's indexes and the words of
//! its search fields point to them. Storages only make this last.

mod bits;
mod index;
mod key;
mod table;
mod words;

use std::collections::HashMap;
use std::sync::Arc;

use sync_core::{
    Bucket, Change, Checksums, CollectionName, Domain, Kind, Position, ReadError, Record, RecordId,
    Records, Schema, Sums, Value, map_of,
};

pub(crate) use bits::Bits;
pub(crate) use key::{of as key_of, push as push_key};
pub(crate) use table::{Table, texts};
pub(crate) use words::{matches as words_match, words_of};

use crate::Compare;

/// The confirmed records of one store, or the stage of a snapshot.
#[derive(Clone)]
pub(crate) struct Base {
    domain: Arc<dyn Domain>,
    tables: HashMap<CollectionName, Table>,
    sums: Checksums,
}

impl Base {
    pub(crate) fn new(domain: Arc<dyn Domain>) -> Self {
        Self {
            domain,
            tables: HashMap::new(),
            sums: Checksums::default(),
        }
    }

    /// Puts a record's new state in the place of its old one.
    pub(crate) fn put(&mut self, change: &Change) {
        let Change { collection, record } = change;
        let schema = self.domain.schema();
        let table = match self.tables.get_mut(collection) {
            Some(table) => table,
            None => self
                .tables
                .entry(collection.clone())
                .or_insert_with(|| Table::new(schema.collection(collection))),
        };
        let old = table.get(record.id);
        self.sums.follow(schema, collection, old.as_ref(), record);
        table.put(record);
    }

    /// Forgets a record that left the device's scope.
    pub(crate) fn remove(&mut self, collection: &CollectionName, id: RecordId) {
        let Some(table) = self.tables.get_mut(collection) else {
            return;
        };
        if let Some(old) = table.get(id) {
            let gone = Record {
                deleted: true,
                ..old.clone()
            };
            let schema = self.domain.schema();
            self.sums.follow(schema, collection, Some(&old), &gone);
            table.remove(id);
        }
    }

    pub(crate) fn schema(&self) -> &Schema {
        self.domain.schema()
    }

    /// The version a record has here.
    pub(crate) fn version(&self, collection: &str, id: RecordId) -> Option<Position> {
        self.tables.get(collection)?.version(id)
    }

    pub(crate) fn table(&self, collection: &str) -> Option<&Table> {
        self.tables.get(collection)
    }

    /// The checksums of everything here.
    pub(crate) fn sums(&self) -> Sums {
        self.sums.sums()
    }

    /// The dated facts that were decided before a UTC day.
    pub(crate) fn before(&self, day: u32) -> Vec<(CollectionName, RecordId)> {
        let schema = self.domain.schema();
        let dated = |name: &str| {
            let known = schema.collection(name);
            known.is_some_and(|c| c.kind == Kind::Fact && c.scope.dated)
        };
        let tables = self.tables.iter().filter(|(name, _)| dated(name));
        tables
            .flat_map(|(name, table)| {
                let old = table
                    .records()
                    .filter(|record| Bucket::of(schema, name, record) < Bucket(day));
                old.map(|record| (name.clone(), record.id))
            })
            .collect()
    }
}

impl Records for Base {
    fn get(&self, collection: &str, id: RecordId) -> Result<Option<Record>, ReadError> {
        Ok(self.tables.get(collection).and_then(|table| table.get(id)))
    }

    fn find(&self, collection: &str, field: &str, value: &Value) -> Result<Vec<Record>, ReadError> {
        let Some(table) = self.tables.get(collection) else {
            return Ok(Vec::new());
        };
        let mut slots = table.empty_bits();
        match table
            .indexes()
            .iter()
            .find(|i| i.fields.first().is_some_and(|first| first == field))
        {
            Some(index) => index.select(Compare::Eq, Some(value), &mut slots),
            None => slots = table.live().clone(),
        }
        let found = slots
            .iter()
            .filter_map(|slot| table.record(slot))
            .filter(|record| record.doc.get(field) == Some(value));
        let by_id = map_of(found.map(|record| (record.id, record)));
        Ok(by_id.into_values().collect())
    }
}
