use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::json::{self, Fault, FromJson, Key, Reader, ToJson};
use crate::{
    CollectionName, Digest, Kind, Map, Millis, Position, Record, RecordId, Schema, hex, map_of,
};

/// An order-independent sum of hashes of (id, version, document); 32 hex digits on the wire.
///
/// Adding a record and taking it away again leaves the sum as it was, so it is kept up to date
/// with every change and never needs a pass over all records.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Checksum(u128);

/// The part of a collection that one checksum covers: the UTC day of decision for facts held by
/// date, 0 for everything else.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Bucket(pub u32);

/// The checksums of a store or a device, by collection and bucket.
pub type Sums = Map<CollectionName, Map<Bucket, Checksum>>;

/// Keeps [`Sums`] up to date.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checksums(Sums);

impl Checksum {
    /// Adds a record. Tombstones count nothing.
    pub fn add(&mut self, record: &Record) {
        self.0 = self.0.wrapping_add(term(record));
    }

    /// Takes a record away again.
    pub fn remove(&mut self, record: &Record) {
        self.0 = self.0.wrapping_sub(term(record));
    }

    /// Adds a live record whose canonical document is at hand.
    pub fn add_text(&mut self, id: RecordId, version: Position, canonical: &str) {
        self.0 = self.0.wrapping_add(term_of(id, version, canonical));
    }

    /// Takes away what [`Checksum::add_text`] has added.
    pub fn remove_text(&mut self, id: RecordId, version: Position, canonical: &str) {
        self.0 = self.0.wrapping_sub(term_of(id, version, canonical));
    }

    /// Whether it covers nothing.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

fn term(record: &Record) -> u128 {
    if record.deleted {
        return 0;
    }
    term_of(record.id, record.version, &record.doc.canonical())
}

fn term_of(id: RecordId, version: Position, canonical: &str) -> u128 {
    let digest = Digest::of(&[id.bytes(), &version.0.to_be_bytes(), canonical.as_bytes()]);
    let mut first = [0; 16];
    first.copy_from_slice(&digest.bytes()[..16]);
    u128::from_be_bytes(first)
}

impl Bucket {
    /// The bucket of a record.
    pub fn of(schema: &Schema, collection: &str, record: &Record) -> Self {
        Self::at(schema, collection, record.at)
    }

    /// The bucket of a record that was decided then.
    pub fn at(schema: &Schema, collection: &str, at: Millis) -> Self {
        let dated = schema
            .collection(collection)
            .is_some_and(|c| c.kind == Kind::Fact && c.scope.dated);
        Self(if dated { at.day() } else { 0 })
    }
}

impl Checksums {
    /// Takes up sums that were kept elsewhere.
    pub fn new(sums: Sums) -> Self {
        Self(sums)
    }

    /// Follows one record from its old state to its new one.
    pub fn follow(
        &mut self,
        schema: &Schema,
        name: &CollectionName,
        old: Option<&Record>,
        new: &Record,
    ) {
        if let Some(old) = old {
            self.slot(name, Bucket::of(schema, name, old)).remove(old);
        }
        self.slot(name, Bucket::of(schema, name, new)).add(new);
    }

    /// Forgets one bucket.
    pub fn drop_bucket(&mut self, name: &str, bucket: Bucket) {
        if let Some(buckets) = self.0.get_mut(name) {
            buckets.remove(&bucket);
        }
    }

    /// The sums that cover something.
    pub fn sums(&self) -> Sums {
        let sums = self.0.iter().map(|(name, buckets)| {
            let full = buckets.iter().filter(|(_, sum)| !sum.is_empty());
            let full = map_of(full.map(|(bucket, sum)| (*bucket, *sum)));
            (name.clone(), full)
        });
        map_of(sums.filter(|(_, buckets)| !buckets.is_empty()))
    }

    /// The sum of one bucket.
    pub fn slot(&mut self, name: &CollectionName, bucket: Bucket) -> &mut Checksum {
        self.0.or_default(name.clone()).or_default(bucket)
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(f, &self.0.to_be_bytes())
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Checksum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Checksum {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = hex::read(text).ok_or("a checksum is 32 hex digits")?;
        Ok(Self(u128::from_be_bytes(bytes)))
    }
}

impl<'de> Deserialize<'de> for Checksum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl ToJson for Checksum {
    fn write(&self, out: &mut String) {
        json::write_shown(out, self);
    }
}

impl FromJson for Checksum {
    fn blank() -> Self {
        Self(0)
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        *self = json::read_shown(reader, "32 hex digits are expected")?;
        Ok(())
    }
}

crate::numbers! { Bucket }

impl Key for Bucket {
    fn push(&self, out: &mut String) {
        json::write_shown(out, &self.0);
    }

    fn of(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}
