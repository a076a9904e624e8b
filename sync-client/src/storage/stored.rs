use sync_core::json::{self, Fault, Raw};
use sync_core::{Map, Millis, Position, Record, RecordId, Write};

/// A record as it lies in storage and memory: its document stays text until somebody reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRecord {
    /// Its id.
    pub id: RecordId,
    /// The position of the mutation that last changed it.
    pub version: Position,
    /// When the master decided that mutation.
    pub at: Millis,
    /// Whether it is a tombstone.
    pub deleted: bool,
    /// Made by a projection, its own fields still to come.
    pub stub: bool,
    /// The canonical text of its document.
    pub doc: Box<str>,
    /// The writes that later ones are compared with, by field.
    pub writes: Map<String, Vec<Write>>,
}

/// [`Record`] with an unread document.
struct Unread {
    id: RecordId,
    version: Position,
    at: Millis,
    doc: Option<Raw>,
    deleted: bool,
    stub: bool,
    writes: Map<String, Vec<Write>>,
}

sync_core::fields_from! {
    Unread { id, version, at, doc: skip, deleted: skip, stub: skip, writes: skip }
}

impl StoredRecord {
    /// Reads what was written as the JSON of a [`Record`].
    ///
    /// # Errors
    /// When the text is not that of a record. Of the document only its syntax is looked at: it was
    /// read as one before it was written.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let unread: Unread = json::read(text)?;
        Ok(Self {
            id: unread.id,
            version: unread.version,
            at: unread.at,
            deleted: unread.deleted,
            stub: unread.stub,
            doc: unread.doc.map_or_else(|| "{}".into(), Raw::into_text),
            writes: unread.writes,
        })
    }

    /// The record with its document read.
    pub fn record(&self) -> Record {
        Record {
            id: self.id,
            version: self.version,
            at: self.at,
            doc: json::read(&self.doc).expect("written by us as a document"),
            deleted: self.deleted,
            stub: self.stub,
            first: None,
            authors: sync_core::Map::new(),
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
            deleted: record.deleted,
            stub: record.stub,
            doc: record.doc.canonical().into(),
            writes: record.writes.clone(),
        }
    }
}
