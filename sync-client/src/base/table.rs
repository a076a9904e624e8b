use std::sync::OnceLock;

use sync_core::{Collection, Document, Position, Record, RecordId, Value};

use super::bits::Bits;
use super::gathered::Gathered;
use super::index::FieldIndex;
use super::words::{WordIndex, each_word};
use crate::runs::Runs;
use crate::storage::StoredRecord;

/// The records of one collection: compact bytes by slot, and everything that finds a slot.
///
/// Indexes are made when the first query needs them: of the 150,000 records of a shop with 50,000
/// products, two thirds are facts and levels that hardly any screen looks through.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    slots: Vec<Option<StoredRecord>>,
    free: Vec<u32>,
    ids: Runs<RecordId, u32>,
    /// The slots of live records: what queries see.
    live: Bits,
    /// The slots of records that the checksum covers.
    summed: Bits,
    /// The slots of records that it has yet to cover. Deleted ones count nothing.
    unsummed: Bits,
    indexes: Vec<FieldIndex>,
    search: Vec<String>,
    words: OnceLock<WordIndex>,
}

impl Table {
    pub(crate) fn new(collection: Option<&Collection>) -> Self {
        let indexes = collection.map_or(&[][..], |c| &c.indexes);
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            ids: Runs::default(),
            live: Bits::default(),
            summed: Bits::default(),
            unsummed: Bits::default(),
            indexes: indexes
                .iter()
                .map(|index| FieldIndex::new(&index.fields))
                .collect(),
            search: collection.map_or_else(Vec::new, |c| c.search.clone()),
            words: OnceLock::new(),
        }
    }

    pub(crate) fn put(&mut self, record: &Record) {
        let slot = self.place(record.id);
        if record.is_live() {
            for index in &mut self.indexes {
                index.add(&record.doc, slot);
            }
            if let Some(words) = self.words.get_mut() {
                texts(&self.search, &record.doc).for_each(|text| words.add(text, slot));
            }
        }
        self.fill(slot, record.into());
    }

    /// Puts in a record before any query.
    pub(crate) fn load(&mut self, record: StoredRecord) {
        let slot = self.place(record.id);
        self.indexes.iter_mut().for_each(FieldIndex::forget);
        self.words.take();
        self.fill(slot, record);
    }

    pub(crate) fn remove(&mut self, id: RecordId) {
        if let Some(slot) = self.ids.remove(&id) {
            self.unlist(slot);
            self.slots[slot as usize] = None;
            self.free.push(slot);
        }
    }

    /// The slot of an id, empty of what was there.
    fn place(&mut self, id: RecordId) -> u32 {
        if let Some(slot) = self.slot(id) {
            self.unlist(slot);
            return slot;
        }
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            (self.slots.len() - 1) as u32
        });
        self.ids.insert(id, slot);
        slot
    }

    fn fill(&mut self, slot: u32, record: StoredRecord) {
        if record.is_live() {
            self.live.set(slot);
        }
        if !record.deleted {
            self.unsummed.set(slot);
        }
        self.slots[slot as usize] = Some(record);
    }

    fn unlist(&mut self, slot: u32) {
        self.summed.clear(slot);
        self.unsummed.clear(slot);
        if !self.live.has(slot) {
            return;
        }
        self.live.clear(slot);
        let indexed = self.indexes.iter().any(FieldIndex::is_made);
        if !indexed && self.words.get().is_none() {
            return;
        }
        let Some(record) = self.record(slot) else {
            return;
        };
        for index in &mut self.indexes {
            index.remove(&record.doc, slot);
        }
        if let Some(words) = self.words.get_mut() {
            texts(&self.search, &record.doc).for_each(|text| words.remove(text, slot));
        }
    }

    pub(crate) fn get(&self, id: RecordId) -> Option<Record> {
        self.record(self.slot(id)?)
    }

    pub(crate) fn slot(&self, id: RecordId) -> Option<u32> {
        self.ids.get(&id).copied()
    }

    pub(crate) fn version(&self, id: RecordId) -> Option<Position> {
        Some(self.row(id)?.version)
    }

    pub(crate) fn record(&self, slot: u32) -> Option<Record> {
        self.stored(slot).map(StoredRecord::record)
    }

    /// The id of what lies there.
    pub(crate) fn id(&self, slot: u32) -> Option<RecordId> {
        self.stored(slot).map(|record| record.id)
    }

    fn stored(&self, slot: u32) -> Option<&StoredRecord> {
        self.slots.get(slot as usize)?.as_ref()
    }

    /// A record as it lies here.
    pub(crate) fn row(&self, id: RecordId) -> Option<&StoredRecord> {
        self.stored(self.slot(id)?)
    }

    /// All of them.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &StoredRecord> {
        self.slots.iter().flatten()
    }

    /// The slots of live records.
    pub(crate) fn live(&self) -> &Bits {
        &self.live
    }

    /// The slots by id.
    pub(crate) fn by_id(&self) -> impl DoubleEndedIterator<Item = u32> + '_ {
        self.ids.iter().map(|(_, slot)| *slot)
    }

    /// The first index over fields that fit.
    pub(crate) fn index(&self, fit: &mut dyn FnMut(&[String]) -> bool) -> Option<&FieldIndex> {
        let index = self.indexes.iter().find(|index| fit(index.fields()))?;
        self.make(index);
        Some(index)
    }

    /// The index whose first field this is.
    pub(crate) fn index_by(&self, field: &str) -> Option<&FieldIndex> {
        self.index(&mut |fields| fields.first().is_some_and(|first| first == field))
    }

    fn make(&self, index: &FieldIndex) {
        if !index.is_made() {
            let mut keys = Vec::new();
            self.live_docs(index.fields(), &mut |slot, doc| {
                keys.push((index.key(doc), slot));
            });
            index.fill(keys);
        }
    }

    pub(crate) fn words(&self) -> &WordIndex {
        self.words.get_or_init(|| {
            let mut words = Gathered::default();
            self.live_docs(&self.search, &mut |slot, doc| {
                for text in texts(&self.search, doc) {
                    each_word(text, &mut |word| words.add(word.as_bytes(), slot));
                }
            });
            WordIndex::of(words.sorted())
        })
    }

    /// Whether a search would have to make an index first.
    pub(crate) fn is_unprepared(&self) -> bool {
        let indexed = self.indexes.iter().all(FieldIndex::is_made);
        !(self.search.is_empty() || indexed && self.words.get().is_some())
    }

    /// Makes one of the indexes that a search needs.
    pub(crate) fn prepare(&self) {
        match self.indexes.iter().find(|index| !index.is_made()) {
            Some(index) => self.make(index),
            None => drop(self.words()),
        }
    }

    pub(crate) fn empty_bits(&self) -> Bits {
        Bits::with_room(self.slots.len())
    }

    /// A record that the checksum covers.
    pub(crate) fn summed(&self, id: RecordId) -> Option<&StoredRecord> {
        let slot = self.slot(id).filter(|slot| self.summed.has(*slot))?;
        self.stored(slot)
    }

    /// Some records that the checksum does not cover yet; from now on it does.
    pub(crate) fn sum(&mut self, most: usize) -> Vec<&StoredRecord> {
        let slots: Vec<u32> = self.unsummed.iter().take(most).collect();
        for slot in &slots {
            self.unsummed.clear(*slot);
            self.summed.set(*slot);
        }
        let rows = slots.into_iter().filter_map(|slot| self.stored(slot));
        rows.collect()
    }

    /// The records that the checksum does not cover yet.
    pub(crate) fn unsummed(&self) -> impl Iterator<Item = &StoredRecord> {
        self.unsummed.iter().filter_map(|slot| self.stored(slot))
    }

    /// What is live, with some fields alone.
    fn live_docs(&self, fields: &[String], each: &mut dyn FnMut(u32, &Document)) {
        for slot in self.live.iter() {
            if let Some(record) = self.stored(slot) {
                each(slot, &record.doc.only(fields));
            }
        }
    }
}

/// The texts that a search looks through.
pub(crate) fn texts<'a>(
    fields: &'a [String],
    doc: &'a Document,
) -> impl Iterator<Item = &'a str> + 'a {
    fields
        .iter()
        .filter_map(|field| doc.get(field).and_then(Value::as_str))
}
