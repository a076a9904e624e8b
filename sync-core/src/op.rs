use serde::{Deserialize, Deserializer, Serialize, de};

use crate::json::{self, Fault, Field, FromJson, Mode, Reader, ToJson};
use crate::{CollectionName, Digest, Document, MAX_DEPTH, Map, RecordId, Value};

/// One primitive step of a mutation.
///
/// On the wire one flat map, its kind under `op`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Op {
    /// Makes a record.
    Insert {
        /// Where.
        collection: CollectionName,
        /// The id its maker gave it.
        id: RecordId,
        /// Its fields, without projected ones.
        doc: Document,
    },
    /// Changes fields of a record.
    Patch {
        /// Where.
        collection: CollectionName,
        /// Which record.
        id: RecordId,
        /// Per field what the user saw and what it shall be.
        fields: Map<String, FieldPatch>,
    },
    /// Deletes a record.
    Delete {
        /// Where.
        collection: CollectionName,
        /// Which record.
        id: RecordId,
        /// The digest of the record's own fields as the user saw them.
        was: Digest,
    },
    /// Adds to an integer field; commutes with every other add.
    Add {
        /// Where.
        collection: CollectionName,
        /// Which record.
        id: RecordId,
        /// Which field.
        field: String,
        /// How much, negative to take away.
        delta: i64,
    },
}

impl Op {
    /// The collection and the record it touches.
    pub fn target(&self) -> (&CollectionName, RecordId) {
        match self {
            Self::Insert { collection, id, .. }
            | Self::Patch { collection, id, .. }
            | Self::Delete { collection, id, .. }
            | Self::Add { collection, id, .. } => (collection, *id),
        }
    }

    /// The first value in it that is nested deeper than [`MAX_DEPTH`], by its field.
    pub(crate) fn too_deep(&self) -> Option<&str> {
        let deep = |value: Option<&Value>| value.is_some_and(|v| v.is_deeper_than(MAX_DEPTH));
        match self {
            Self::Insert { doc, .. } => doc
                .iter()
                .find(|(_, value)| deep(Some(value)))
                .map(|(field, _)| field),
            Self::Patch { fields, .. } => fields
                .iter()
                .find(|(_, patch)| {
                    let base = patch.base.as_ref().and_then(Option::as_ref);
                    deep(patch.was.as_ref()) || deep(base) || deep(patch.now.as_ref())
                })
                .map(|(field, _)| field.as_str()),
            Self::Delete { .. } | Self::Add { .. } => None,
        }
    }
}

/// An op as it stands on the wire: the fields of every kind, at most once each.
///
/// The reader that serde derives for a tagged enum first buffers the map as values of its own and
/// then reads those, which compiles every reader inside of it twice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FlatOp {
    op: Kind,
    collection: CollectionName,
    id: RecordId,
    #[serde(default, deserialize_with = "present")]
    doc: Option<Document>,
    #[serde(default, deserialize_with = "present")]
    fields: Option<Map<String, FieldPatch>>,
    #[serde(default, deserialize_with = "present")]
    was: Option<Digest>,
    #[serde(default, deserialize_with = "present")]
    field: Option<String>,
    #[serde(default, deserialize_with = "present")]
    delta: Option<i64>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Insert,
    Patch,
    Delete,
    Add,
}

impl FlatOp {
    /// Takes exactly the fields of the op's kind: none may be missing, and no other may be there.
    fn op(self) -> Result<Op, &'static str> {
        let (collection, id) = (self.collection, self.id);
        Ok(
            match (
                self.op,
                self.doc,
                self.fields,
                self.was,
                self.field,
                self.delta,
            ) {
                (Kind::Insert, Some(doc), None, None, None, None) => Op::Insert {
                    collection,
                    id,
                    doc,
                },
                (Kind::Patch, None, Some(fields), None, None, None) => Op::Patch {
                    collection,
                    id,
                    fields,
                },
                (Kind::Delete, None, None, Some(was), None, None) => Op::Delete {
                    collection,
                    id,
                    was,
                },
                (Kind::Add, None, None, None, Some(field), Some(delta)) => Op::Add {
                    collection,
                    id,
                    field,
                    delta,
                },
                (Kind::Insert, ..) => return Err("insert takes doc beside collection and id"),
                (Kind::Patch, ..) => return Err("patch takes fields beside collection and id"),
                (Kind::Delete, ..) => return Err("delete takes was beside collection and id"),
                (Kind::Add, ..) => return Err("add takes field, delta, collection and id"),
            },
        )
    }
}

impl<'de> Deserialize<'de> for Op {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        FlatOp::deserialize(deserializer)?
            .op()
            .map_err(de::Error::custom)
    }
}

const OP: &[Field] = &[
    ("op", Mode::Always),
    ("collection", Mode::Always),
    ("id", Mode::Always),
    ("doc", Mode::Skip),
    ("fields", Mode::Skip),
    ("was", Mode::Skip),
    ("field", Mode::Skip),
    ("delta", Mode::Skip),
];

crate::words! { Kind { Insert = "insert", Patch = "patch", Delete = "delete", Add = "add" } }

impl ToJson for Op {
    /// Writes the fields of its kind, an empty one as well.
    fn write(&self, out: &mut String) {
        let (collection, id) = self.target();
        let (kind, more): (Kind, Vec<(&'static str, &dyn ToJson)>) = match self {
            Self::Insert { doc, .. } => (Kind::Insert, vec![("doc", doc)]),
            Self::Patch { fields, .. } => (Kind::Patch, vec![("fields", fields)]),
            Self::Delete { was, .. } => (Kind::Delete, vec![("was", was)]),
            Self::Add { field, delta, .. } => (Kind::Add, vec![("field", field), ("delta", delta)]),
        };
        let mut shape = vec![OP[0], OP[1], OP[2]];
        let mut fields: Vec<&dyn ToJson> = vec![&kind, collection, &id];
        for (name, value) in more {
            shape.push((name, Mode::Always));
            fields.push(value);
        }
        json::write_fields(out, &shape, &fields);
    }
}

impl FromJson for Op {
    fn blank() -> Self {
        Self::Delete {
            collection: FromJson::blank(),
            id: FromJson::blank(),
            was: FromJson::blank(),
        }
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let (mut op, mut collection, mut id) =
            (Kind::Insert, CollectionName::blank(), RecordId::blank());
        let (mut doc, mut fields, mut was) = (Present(None), Present(None), Present(None));
        let (mut field, mut delta) = (Present(None), Present(None));
        let all: &mut [&mut dyn FromJson] = &mut [
            &mut op,
            &mut collection,
            &mut id,
            &mut doc,
            &mut fields,
            &mut was,
            &mut field,
            &mut delta,
        ];
        json::read_fields(reader, true, OP, all)?;
        let flat = FlatOp {
            op,
            collection,
            id,
            doc: doc.0,
            fields: fields.0,
            was: was.0,
            field: field.0,
            delta: delta.0,
        };
        *self = flat.op().map_err(|what| reader.fault(what))?;
        Ok(())
    }
}

/// What one field was when the user looked, and what it shall be. Absent means no value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldPatch {
    /// The value the user saw, own undecided work included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<Value>,
    /// The confirmed value where it differs from `was`; `Some(None)` (`null` on the wire) is a
    /// confirmed "no value".
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub base: Option<Option<Value>>,
    /// The value it shall have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Value>,
}

impl FieldPatch {
    /// A patch of a field whose seen value is the confirmed one.
    pub fn new(was: Option<Value>, now: Option<Value>) -> Self {
        Self {
            was,
            base: None,
            now,
        }
    }

    /// Whether a current value is one that the user knew of.
    pub fn knew(&self, current: Option<&Value>) -> bool {
        current == self.was.as_ref()
            || self
                .base
                .as_ref()
                .is_some_and(|base| current == base.as_ref())
    }
}

/// Reads a field that is there. Without it, `null` would pass for a field that is not; a type that
/// takes no `null` refuses it, and one that does keeps it.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

const FIELD_PATCH: &[Field] = &[
    ("was", Mode::Skip),
    ("base", Mode::Skip),
    ("now", Mode::Skip),
];

impl ToJson for FieldPatch {
    fn write(&self, out: &mut String) {
        json::write_fields(out, FIELD_PATCH, &[&self.was, &self.base, &self.now]);
    }
}

impl FromJson for FieldPatch {
    fn blank() -> Self {
        Self::default()
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let mut base = Present(None);
        let all: &mut [&mut dyn FromJson] = &mut [&mut self.was, &mut base, &mut self.now];
        json::read_fields(reader, true, FIELD_PATCH, all)?;
        self.base = base.0;
        Ok(())
    }
}

/// A field that is there, whatever it says: `null` is read by the type inside.
struct Present<T>(Option<T>);

impl<T: FromJson> FromJson for Present<T> {
    fn blank() -> Self {
        Self(None)
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        self.0.insert(T::blank()).read(reader)
    }
}
