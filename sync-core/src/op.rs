use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{CollectionName, Digest, Document, MAX_DEPTH, RecordId, Value};

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
        fields: BTreeMap<String, FieldPatch>,
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
    fields: Option<BTreeMap<String, FieldPatch>>,
    #[serde(default, deserialize_with = "present")]
    was: Option<Digest>,
    #[serde(default, deserialize_with = "present")]
    field: Option<String>,
    #[serde(default, deserialize_with = "present")]
    delta: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Insert,
    Patch,
    Delete,
    Add,
}

impl<'de> Deserialize<'de> for Op {
    /// Takes exactly the fields of the op's kind: none may be missing, and no other may be there.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let FlatOp {
            op,
            collection,
            id,
            doc,
            fields,
            was,
            field,
            delta,
        } = FlatOp::deserialize(deserializer)?;
        let op = match (op, doc, fields, was, field, delta) {
            (Kind::Insert, Some(doc), None, None, None, None) => Self::Insert {
                collection,
                id,
                doc,
            },
            (Kind::Patch, None, Some(fields), None, None, None) => Self::Patch {
                collection,
                id,
                fields,
            },
            (Kind::Delete, None, None, Some(was), None, None) => Self::Delete {
                collection,
                id,
                was,
            },
            (Kind::Add, None, None, None, Some(field), Some(delta)) => Self::Add {
                collection,
                id,
                field,
                delta,
            },
            (Kind::Insert, ..) => return Err(wanted("insert", "doc")),
            (Kind::Patch, ..) => return Err(wanted("patch", "fields")),
            (Kind::Delete, ..) => return Err(wanted("delete", "was")),
            (Kind::Add, ..) => return Err(wanted("add", "field and delta")),
        };
        Ok(op)
    }
}

fn wanted<E: de::Error>(op: &str, fields: &str) -> E {
    E::custom(format_args!(
        "{op} takes collection, id and {fields}, all of them and no others"
    ))
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
