use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use crate::{CollectionName, Digest, Document, MAX_DEPTH, RecordId, Value};

/// One primitive step of a mutation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
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

/// Tells `null` (a confirmed "no value") from a field that is not there.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Value>>, D::Error> {
    Option::<Value>::deserialize(deserializer).map(Some)
}
