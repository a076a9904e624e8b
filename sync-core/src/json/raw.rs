use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::{Fault, FromJson, Reader, ToJson};

/// JSON that passes through as the very bytes it was written as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw(Box<str>);

impl Raw {
    /// Takes a text that is JSON.
    ///
    /// # Errors
    /// When it is none.
    pub fn new(text: &str) -> Result<Self, Fault> {
        let mut reader = Reader::new(text);
        let raw = reader.raw()?;
        reader.end()?;
        Ok(Self(raw.into()))
    }

    /// The text of a value.
    pub fn of(value: &dyn ToJson) -> Self {
        Self(super::text(value).into())
    }

    /// The text.
    pub fn get(&self) -> &str {
        &self.0
    }
}

impl ToJson for Raw {
    fn write(&self, out: &mut String) {
        out.push_str(&self.0);
    }
}

impl FromJson for Raw {
    fn blank() -> Self {
        Self("null".into())
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        self.0 = reader.raw()?.into();
        Ok(())
    }
}

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self(raw.get().into()))
    }
}
