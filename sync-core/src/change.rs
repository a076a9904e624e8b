use serde::{Deserialize, Serialize};

use crate::{
    CollectionName, DeviceId, Digest, Document, Hlc, Map, Millis, Position, RecordId, Seq, Value,
};

/// One record's full new state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Where.
    pub collection: CollectionName,
    /// The record as it is now.
    pub record: Record,
}

/// One document with its id and version, and what merging needs to know of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its id.
    pub id: RecordId,
    /// The position of the mutation that last changed it.
    pub version: Position,
    /// When the master decided that mutation.
    pub at: Millis,
    /// Its fields; empty when deleted.
    #[serde(default, skip_serializing_if = "Document::is_empty")]
    pub doc: Document,
    /// Whether it is a tombstone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// Made by a projection, its own fields still to come with an insert.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stub: bool,
    /// The digest of what was first inserted; only the master knows it.
    #[serde(skip)]
    pub first: Option<Digest>,
    /// Who last changed each field, under the empty name who made the record; only the master knows
    /// it, and of what people edit alone.
    #[serde(skip)]
    pub authors: Map<String, Author>,
    /// Per field with a policy that compares writes: the writes to compare with, oldest first.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub writes: Map<String, Vec<Write>>,
}

/// A person who changed something, where and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// Who, as the device claims.
    pub actor: RecordId,
    /// On which device.
    pub device: DeviceId,
    /// What people called it then.
    pub device_name: String,
    /// When, by the clock of that device.
    pub at: Millis,
}

/// A write to a field that later ones are compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Write {
    /// The value it replaced, under `earliest_wins`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Value>,
    /// Whose it was and when.
    pub stamp: Stamp,
}

/// Who wrote a field and when, for the policies that compare writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stamp {
    /// When, clamped.
    pub at: Hlc,
    /// By which device.
    pub device: DeviceId,
    /// In which of its mutations.
    pub seq: Seq,
}

impl Record {
    /// A record that was just inserted.
    pub fn inserted(id: RecordId, version: Position, at: Millis, doc: Document) -> Self {
        let first = Some(doc.digest());
        Self {
            id,
            version,
            at,
            doc,
            deleted: false,
            stub: false,
            first,
            authors: Map::new(),
            writes: Map::new(),
        }
    }

    /// Whether people can see it: neither deleted nor a mere stub.
    pub fn is_live(&self) -> bool {
        !self.deleted && !self.stub
    }
}

crate::fields! { Change { collection, record } }
crate::fields! {
    Record { id, version, at, doc: skip, deleted: skip, stub: skip, writes: skip; first, authors }
}
crate::fields! { Write { from: skip, stamp } }
crate::fields! { Stamp { at, device, seq } }
