//! Between typed records and documents.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sync_core::{Document, DocumentError, FieldPatch, Map, Value};

/// Fields as a form shows them: a field without value is `None` (`null` in JSON).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fields(pub BTreeMap<String, Option<Value>>);

impl Fields {
    /// All fields of a document.
    pub fn of(doc: &Document) -> Self {
        doc.iter()
            .map(|(name, value)| (name.to_owned(), Some(value.clone())))
            .collect()
    }

    /// The fields of a typed record.
    ///
    /// # Errors
    /// When the record is no document.
    pub fn of_typed<T: Serialize>(typed: &T) -> Result<Self, DocumentError> {
        to_document(typed).map(|doc| Self::of(&doc))
    }

    /// Those that have a value.
    pub(crate) fn present(&self) -> Document {
        let values = self.0.iter();
        values
            .filter_map(|(name, value)| Some((name.clone(), value.clone()?)))
            .collect()
    }

    /// What of these differs from what was seen: the patch of a record. `confirmed` is the record
    /// as the master last confirmed it, where the view showed undecided work.
    pub fn patch(&self, seen: &Self, confirmed: Option<&Document>) -> Map<String, FieldPatch> {
        let mut patches = Map::new();
        for (name, now) in &self.0 {
            let was = seen.0.get(name).cloned().flatten();
            if was == *now {
                continue;
            }
            let base = confirmed
                .map(|doc| doc.get(name).cloned())
                .filter(|base| *base != was);
            let patch = FieldPatch {
                was,
                base,
                now: now.clone(),
            };
            patches.insert(name.clone(), patch);
        }
        patches
    }
}

impl FromIterator<(String, Option<Value>)> for Fields {
    fn from_iter<I: IntoIterator<Item = (String, Option<Value>)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

/// Makes a document of a typed record: what has no value is left out.
///
/// # Errors
/// When the record carries a float or an integer of 2^53 or more, or is no map.
pub fn to_document<T: Serialize>(typed: &T) -> Result<Document, DocumentError> {
    let mut json = serde_json::to_value(typed).map_err(|e| DocumentError(e.to_string()))?;
    drop_nulls(&mut json);
    serde_json::from_value(json).map_err(|e| DocumentError(e.to_string()))
}

fn drop_nulls(json: &mut serde_json::Value) {
    match json {
        serde_json::Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}
