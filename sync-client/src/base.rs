//! The one query engine: the store's records as the master last confirmed them, in memory.
//!
//! Documents lie as compact bytes and are parsed when read; the schema's indexes and the words of
//! its search fields point to them. Storages only make this last.

mod bits;
mod gathered;
mod index;
mod key;
mod postings;
mod table;
mod words;

use std::sync::Arc;

use sync_core::{
    Bucket, Change, Checksums, CollectionName, Domain, Kind, Map, Position, ReadError, Record,
    RecordId, Records, Schema, Set, Sums, Value, map_of,
};

pub(crate) use bits::Bits;
pub(crate) use key::{of as key_of, push as push_key};
pub(crate) use postings::{Keyed, sort};
pub(crate) use table::{Table, texts};
pub(crate) use words::{matches as words_match, words_of};

use crate::Compare;
use crate::storage::StoredRecord;

/// Records hashed in one go while nothing else is to do: a millisecond or two in a browser.
const SUMMED_AT_ONCE: usize = 250;

/// The confirmed records of one store, or the stage of a snapshot.
///
/// Checksums are not needed before this device is level with its master, and hashing 50,000 products
/// takes longer than reading them. So a record that is put in only counts as unsummed, and is
/// hashed when there is time, or when the sums are asked for.
#[derive(Clone)]
pub(crate) struct Base {
    domain: Arc<dyn Domain>,
    tables: Map<CollectionName, Table>,
    sums: Checksums,
    /// Tables that may hold unsummed records.
    unsummed: Set<CollectionName>,
}

impl Base {
    pub(crate) fn new(domain: Arc<dyn Domain>) -> Self {
        Self {
            domain,
            tables: Map::new(),
            sums: Checksums::default(),
            unsummed: Set::new(),
        }
    }

    /// Puts a record's new state in the place of its old one.
    pub(crate) fn put(&mut self, change: &Change) {
        let Change { collection, record } = change;
        let schema = self.domain.schema();
        let table = table_of(&mut self.tables, schema, collection);
        if let Some(old) = table.summed(record.id) {
            uncount(&mut self.sums, schema, collection, old);
        }
        table.put(record);
        self.sum_later(collection);
    }

    /// Takes in a record that nobody asks for yet: what a storage has read back, what a snapshot brings.
    pub(crate) fn load(&mut self, collection: &CollectionName, record: StoredRecord) {
        table_of(&mut self.tables, self.domain.schema(), collection).load(record);
        self.sum_later(collection);
    }

    /// Forgets a record that left the device's scope.
    pub(crate) fn remove(&mut self, collection: &CollectionName, id: RecordId) {
        let Some(table) = self.tables.get_mut(collection) else {
            return;
        };
        if let Some(old) = table.summed(id) {
            uncount(&mut self.sums, self.domain.schema(), collection, old);
        }
        table.remove(id);
    }

    fn sum_later(&mut self, collection: &CollectionName) {
        if !self.unsummed.contains(collection) {
            self.unsummed.insert(collection.clone());
        }
    }

    /// Does some of the work that can wait: indexes that the next search would build, then hashes.
    pub(crate) fn chore(&mut self) {
        if let Some(table) = self.tables.values().find(|table| table.is_unprepared()) {
            return table.prepare();
        }
        let schema = self.domain.schema();
        let Some(collection) = self.unsummed.iter().next() else {
            return;
        };
        let table = self.tables.get_mut(collection);
        let rows = table.map(|table| table.sum(SUMMED_AT_ONCE));
        let rows = rows.unwrap_or_default();
        let whole = rows.len() < SUMMED_AT_ONCE;
        for row in rows {
            let bucket = Bucket::at(schema, collection, row.at);
            let sum = self.sums.slot(collection, bucket);
            sum.add_text(row.id, row.version, row.doc.as_str());
        }
        if whole {
            let collection = collection.clone();
            self.unsummed.remove(&collection);
        }
    }

    /// The ids in a collection, or in a day of one; tombstones left out.
    pub(crate) fn part(&self, name: &str, bucket: Bucket) -> impl Iterator<Item = RecordId> {
        let schema = self.domain.schema();
        let rows = self.tables.get(name).into_iter().flat_map(Table::rows);
        let of = rows.filter(move |row| !row.deleted && Bucket::at(schema, name, row.at) == bucket);
        of.map(|row| row.id)
    }

    /// A record as it lies here.
    pub(crate) fn stored(&self, name: &str, id: RecordId) -> Option<&StoredRecord> {
        self.tables.get(name)?.row(id)
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

    /// Whether there is work that can wait.
    pub(crate) fn has_chores(&self) -> bool {
        !self.unsummed.is_empty() || self.tables.values().any(Table::is_unprepared)
    }

    /// The checksums of everything here.
    pub(crate) fn sums(&self) -> Sums {
        let mut sums = self.sums.clone();
        let schema = self.domain.schema();
        for collection in &self.unsummed {
            let rows = self.tables.get(collection).into_iter();
            for row in rows.flat_map(Table::unsummed) {
                let bucket = Bucket::at(schema, collection, row.at);
                let sum = sums.slot(collection, bucket);
                sum.add_text(row.id, row.version, row.doc.as_str());
            }
        }
        sums.sums()
    }

    /// The dated facts that were decided before a UTC day.
    pub(crate) fn before(&self, day: u32) -> Vec<(CollectionName, RecordId)> {
        let schema = self.domain.schema();
        let mut old = Vec::new();
        for (name, table) in &self.tables {
            let known = schema.collection(name);
            if known.is_some_and(|c| c.kind == Kind::Fact && c.scope.dated) {
                let before = |row: &&StoredRecord| Bucket::at(schema, name, row.at) < Bucket(day);
                old.extend(
                    table
                        .rows()
                        .filter(before)
                        .map(|row| (name.clone(), row.id)),
                );
            }
        }
        old
    }
}

fn table_of<'a>(
    tables: &'a mut Map<CollectionName, Table>,
    schema: &Schema,
    collection: &CollectionName,
) -> &'a mut Table {
    // Nearly always there: its name is not cloned then.
    if !tables.contains_key(collection) {
        let table = Table::new(schema.collection(collection));
        tables.insert(collection.clone(), table);
    }
    tables.get_mut(collection).expect("just put in")
}

fn uncount(sums: &mut Checksums, schema: &Schema, collection: &CollectionName, old: &StoredRecord) {
    let bucket = Bucket::at(schema, collection, old.at);
    let sum = sums.slot(collection, bucket);
    sum.remove_text(old.id, old.version, old.doc.as_str());
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
        match table.index_by(field) {
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
