use std::collections::BTreeMap;

use sync_core::{Collection, Document, Millis, Position, Record, RecordId, Value, Write};

use super::bits::Bits;
use super::index::FieldIndex;
use super::words::WordIndex;

/// The records of one collection: compact bytes by slot, and everything that finds a slot.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    slots: Vec<Option<Row>>,
    free: Vec<u32>,
    ids: BTreeMap<RecordId, u32>,
    /// The slots of live records: what queries see.
    live: Bits,
    indexes: Vec<FieldIndex>,
    search: Vec<String>,
    words: WordIndex,
}

/// A record without the cost of a parsed document.
#[derive(Clone, Debug)]
struct Row {
    id: RecordId,
    version: Position,
    at: Millis,
    deleted: bool,
    stub: bool,
    doc: Box<str>,
    writes: BTreeMap<String, Vec<Write>>,
}

impl Table {
    pub(crate) fn new(collection: Option<&Collection>) -> Self {
        let indexes = collection.map_or(&[][..], |c| &c.indexes);
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            ids: BTreeMap::new(),
            live: Bits::default(),
            indexes: indexes
                .iter()
                .map(|index| FieldIndex::new(index.fields.clone()))
                .collect(),
            search: collection.map_or_else(Vec::new, |c| c.search.clone()),
            words: WordIndex::default(),
        }
    }

    pub(crate) fn put(&mut self, record: &Record) {
        let slot = match self.ids.get(&record.id) {
            Some(slot) => {
                let slot = *slot;
                self.unlist(slot);
                slot
            }
            None => {
                let slot = self.free.pop().unwrap_or_else(|| {
                    self.slots.push(None);
                    (self.slots.len() - 1) as u32
                });
                self.ids.insert(record.id, slot);
                slot
            }
        };
        if record.is_live() {
            self.live.set(slot);
            for index in &mut self.indexes {
                index.add(&record.doc, slot);
            }
            self.words.add(texts(&self.search, &record.doc), slot);
        }
        self.slots[slot as usize] = Some(Row::of(record));
    }

    pub(crate) fn remove(&mut self, id: RecordId) {
        if let Some(slot) = self.ids.remove(&id) {
            self.unlist(slot);
            self.slots[slot as usize] = None;
            self.free.push(slot);
        }
    }

    fn unlist(&mut self, slot: u32) {
        let Some(record) = self.record(slot).filter(Record::is_live) else {
            return;
        };
        self.live.clear(slot);
        for index in &mut self.indexes {
            index.remove(&record.doc, slot);
        }
        self.words.remove(texts(&self.search, &record.doc), slot);
    }

    pub(crate) fn get(&self, id: RecordId) -> Option<Record> {
        self.record(self.slot(id)?)
    }

    pub(crate) fn slot(&self, id: RecordId) -> Option<u32> {
        self.ids.get(&id).copied()
    }

    pub(crate) fn version(&self, id: RecordId) -> Option<Position> {
        let row = self.slots[self.slot(id)? as usize].as_ref()?;
        Some(row.version)
    }

    pub(crate) fn record(&self, slot: u32) -> Option<Record> {
        self.slots.get(slot as usize)?.as_ref().map(Row::record)
    }

    /// The slots of live records.
    pub(crate) fn live(&self) -> &Bits {
        &self.live
    }

    /// The slots by id.
    pub(crate) fn by_id(&self) -> impl DoubleEndedIterator<Item = u32> + '_ {
        self.ids.values().copied()
    }

    /// All records, by id.
    pub(crate) fn records(&self) -> impl Iterator<Item = Record> + '_ {
        self.by_id().filter_map(|slot| self.record(slot))
    }

    pub(crate) fn indexes(&self) -> &[FieldIndex] {
        &self.indexes
    }

    pub(crate) fn words(&self) -> &WordIndex {
        &self.words
    }

    pub(crate) fn empty_bits(&self) -> Bits {
        Bits::with_room(self.slots.len())
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

impl Row {
    fn of(record: &Record) -> Self {
        Self {
            id: record.id,
            version: record.version,
            at: record.at,
            deleted: record.deleted,
            stub: record.stub,
            doc: record.doc.canonical().into(),
            writes: record.writes.clone(),
        }
    }

    fn record(&self) -> Record {
        Record {
            id: self.id,
            version: self.version,
            at: self.at,
            doc: sync_core::json::from_str(&self.doc).expect("written by us as a document"),
            deleted: self.deleted,
            stub: self.stub,
            first: None,
            writes: self.writes.clone(),
        }
    }
}
