use std::fmt;

use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::{Fault, FromJson, Reader, ToJson};
use crate::{Document, Map};

/// The largest magnitude an integer may have: what a JavaScript number carries exactly.
pub const MAX_INTEGER: i64 = (1 << 53) - 1;

/// How deep lists and maps may be nested in a value that a device sends. Well below what a JSON
/// reader takes, because what is made of it (a change, a conflict) nests it deeper.
pub const MAX_DEPTH: usize = 32;

/// One value inside a document.
///
/// There are no floats (money and quantities are integers) and no null: a field that has no value
/// is absent, so that "absent" means the same in a patch, in a digest and in a query.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "types",
    derive(ts_rs::TS),
    ts(
        rename = "FieldValue",
        type = "string | number | boolean | null | readonly FieldValue[] | { readonly [field: string]: FieldValue }"
    )
)]
pub enum Value {
    /// True or false.
    Bool(bool),
    /// An integer with a magnitude of at most [`MAX_INTEGER`].
    Int(i64),
    /// Text, also ids and dates.
    Text(String),
    /// An ordered list.
    List(Vec<Value>),
    /// Named values, sorted by name.
    Map(Map<String, Value>),
}

impl Value {
    /// The text, if this is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, if this is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(int) => Some(*int),
            _ => None,
        }
    }

    /// The truth value, if this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(bool) => Some(*bool),
            _ => None,
        }
    }

    /// The list, if this is one.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    /// The named values, if this is a map.
    pub fn as_map(&self) -> Option<&Map<String, Value>> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    /// Whether lists and maps are nested deeper than so many levels.
    pub fn is_deeper_than(&self, levels: usize) -> bool {
        let deeper = |part: &Self| levels == 0 || part.is_deeper_than(levels - 1);
        match self {
            Self::Bool(_) | Self::Int(_) | Self::Text(_) => false,
            Self::List(list) => levels == 0 || list.iter().any(deeper),
            Self::Map(map) => levels == 0 || map.values().any(deeper),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(int: i64) -> Self {
        Self::Int(int)
    }
}

impl From<bool> for Value {
    fn from(bool: bool) -> Self {
        Self::Bool(bool)
    }
}

impl From<Vec<Value>> for Value {
    fn from(list: Vec<Value>) -> Self {
        Self::List(list)
    }
}

impl From<Document> for Value {
    fn from(doc: Document) -> Self {
        Self::Map(doc.into_map())
    }
}

impl From<Map<String, Value>> for Value {
    fn from(map: Map<String, Value>) -> Self {
        Self::Map(map)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(bool) => serializer.serialize_bool(*bool),
            Self::Int(int) => serializer.serialize_i64(*int),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(list) => list.serialize(serializer),
            Self::Map(map) => map.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a boolean, an integer below 2^53, text, a list or a map (no floats, no null)")
    }

    fn visit_bool<E: de::Error>(self, bool: bool) -> Result<Value, E> {
        Ok(Value::Bool(bool))
    }

    fn visit_i64<E: de::Error>(self, int: i64) -> Result<Value, E> {
        if int.unsigned_abs() > MAX_INTEGER.unsigned_abs() {
            return Err(E::invalid_value(de::Unexpected::Signed(int), &self));
        }
        Ok(Value::Int(int))
    }

    fn visit_u64<E: de::Error>(self, int: u64) -> Result<Value, E> {
        match i64::try_from(int) {
            Ok(int) if int <= MAX_INTEGER => Ok(Value::Int(int)),
            _ => Err(E::invalid_value(de::Unexpected::Unsigned(int), &self)),
        }
    }

    /// JavaScript hands every number over as a double; one without a fraction is an integer.
    fn visit_f64<E: de::Error>(self, float: f64) -> Result<Value, E> {
        if float.fract() == 0.0 && float.abs() <= MAX_INTEGER as f64 {
            return Ok(Value::Int(float as i64));
        }
        Err(E::invalid_value(de::Unexpected::Float(float), &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::with_capacity(seq.size_hint().unwrap_or(0).min(1024));
        while let Some(value) = seq.next_element()? {
            list.push(value);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((name, value)) = access.next_entry::<String, Value>()? {
            if map.insert(name, value).is_some() {
                return Err(de::Error::custom("a name stands twice in one map"));
            }
        }
        Ok(Value::Map(map))
    }
}

impl ToJson for Value {
    fn write(&self, out: &mut String) {
        match self {
            Self::Bool(bool) => bool.write(out),
            Self::Int(int) => int.write(out),
            Self::Text(text) => text.write(out),
            Self::List(list) => list.write(out),
            Self::Map(map) => map.write(out),
        }
    }
}

impl FromJson for Value {
    fn blank() -> Self {
        Self::Bool(false)
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        *self = match reader.peek() {
            Some(b'{') => {
                let mut map = Map::new();
                map.read(reader)?;
                Self::Map(map)
            }
            Some(b'[') => {
                let mut list = Vec::new();
                list.read(reader)?;
                Self::List(list)
            }
            Some(b'"') => Self::Text(reader.string()?.into_owned()),
            Some(b't' | b'f') => Self::Bool(reader.bool()?),
            Some(b'-' | b'0'..=b'9') => Self::Int(reader.whole(MAX_INTEGER)?),
            _ => return Err(reader.fault("a value is expected, and null is none")),
        };
        Ok(())
    }
}
