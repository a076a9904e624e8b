use sync_core::{
    Change, CollectionName, DocumentText, Map, Millis, Position, Record, RecordId, Write,
};

/// A record as it lies in storage and memory: its document stays text until somebody reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRecord {
    /// Its id.
    pub id: RecordId,
    /// The position of the mutation that last changed it.
    pub version: Position,
    /// When the master decided that mutation.
    pub at: Millis,
    /// The text of its document.
    pub doc: DocumentText,
    /// Whether it is a tombstone.
    pub deleted: bool,
    /// Made by a projection, its own fields still to come.
    pub stub: bool,
    /// The writes that later ones are compared with, by field.
    pub writes: Map<String, Vec<Write>>,
}

/// One record's full new state, as [`Change`] is, unread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredChange {
    /// Where.
    pub collection: CollectionName,
    /// The record as it is now.
    pub record: StoredRecord,
}

// As the JSON of a `Record` and of a `Change`.
sync_core::fields! {
    StoredRecord { id, version, at, doc: skip, deleted: skip, stub: skip, writes: skip }
}
sync_core::fields! { StoredChange { collection, record } }

impl StoredRecord {
    /// The record with its document read.
    pub fn record(&self) -> Record {
        Record {
            id: self.id,
            version: self.version,
            at: self.at,
            doc: self.doc.read(),
            deleted: self.deleted,
            stub: self.stub,
            first: None,
            authors: Map::new(),
            writes: self.writes.clone(),
        }
    }

    /// Whether people can see it: neither deleted nor a mere stub.
    pub fn is_live(&self) -> bool {
        !self.deleted && !self.stub
    }
}

impl From<&Record> for StoredRecord {
    fn from(record: &Record) -> Self {
        Self {
            id: record.id,
            version: record.version,
            at: record.at,
            doc: (&record.doc).into(),
            deleted: record.deleted,
            stub: record.stub,
            writes: record.writes.clone(),
        }
    }
}

impl From<&Change> for StoredChange {
    fn from(change: &Change) -> Self {
        Self {
            collection: change.collection.clone(),
            record: (&change.record).into(),
        }
    }
}
