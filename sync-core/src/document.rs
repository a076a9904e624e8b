use serde::de::{self, DeserializeOwned};
use serde::{Deserialize, Deserializer, Serialize};

use crate::json::{self, Fault, FromJson, Reader, ToJson};
use crate::{Digest, Map, Value};

/// The named values of one record, sorted by name: the same document always has the same bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(
    feature = "types",
    derive(ts_rs::TS),
    ts(
        type = "{ readonly [field: string]: FieldValue }",
        rename = "FieldValues"
    )
)]
#[serde(transparent)]
pub struct Document(Map<String, Value>);

/// Why something could not become a document, or a document a typed record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid document: {0}")]
pub struct DocumentError(pub String);

impl Document {
    /// An empty document.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a document of a typed record.
    ///
    /// # Errors
    /// When the record carries a float, a null, an integer of 2^53 or more, or is no map.
    pub fn from_typed<T: Serialize>(typed: &T) -> Result<Self, DocumentError> {
        let json = serde_json::to_string(typed).map_err(|e| DocumentError(e.to_string()))?;
        json::from_str(&json).map_err(|e| DocumentError(e.to_string()))
    }

    /// Reads the document as a typed record; fields the type does not know are passed over.
    ///
    /// # Errors
    /// When a field is missing or of another type.
    pub fn to_typed<T: DeserializeOwned>(&self) -> Result<T, DocumentError> {
        json::from_str(&self.canonical()).map_err(|e| DocumentError(e.to_string()))
    }

    /// The value of a field, or `None` where it has no value.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.0.get(field)
    }

    /// The text of a field.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.get(field).and_then(Value::as_str)
    }

    /// The integer of a field.
    pub fn int(&self, field: &str) -> Option<i64> {
        self.get(field).and_then(Value::as_int)
    }

    /// Sets a field; `None` takes its value away.
    pub fn set(&mut self, field: impl Into<String>, value: Option<Value>) {
        let field = field.into();
        match value {
            Some(value) => self.0.insert(field, value),
            None => self.0.remove(&field),
        };
    }

    /// The same document with a field set.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.set(field, Some(value.into()));
        self
    }

    /// All fields, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The fields as a map.
    pub fn into_map(self) -> Map<String, Value> {
        self.0
    }

    /// The number of fields.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no field has a value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The canonical JSON text: names sorted, no white space.
    pub fn canonical(&self) -> String {
        json::text(&self.0)
    }

    /// The digest of the canonical text.
    pub fn digest(&self) -> Digest {
        Digest::of(&[self.canonical().as_bytes()])
    }

    /// The document without the named fields.
    #[must_use]
    pub fn without<'a>(&self, fields: impl IntoIterator<Item = &'a str>) -> Self {
        let mut left = self.clone();
        for field in fields {
            left.0.remove(field);
        }
        left
    }
}

impl FromIterator<(String, Value)> for Document {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(fields: I) -> Self {
        Self(crate::map_of(fields))
    }
}

impl IntoIterator for Document {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<(String, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'de> Deserialize<'de> for Document {
    /// As strict as [`Value`]: one value per name.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Map(fields) => Ok(Self(fields)),
            _ => Err(de::Error::custom("a document is a map of named values")),
        }
    }
}

impl ToJson for Document {
    fn write(&self, out: &mut String) {
        self.0.write(out);
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl FromJson for Document {
    fn blank() -> Self {
        Self::new()
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        self.0.read(reader)
    }
}
