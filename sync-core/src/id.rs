use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::{Builder, Uuid};

use crate::json::{self, Fault, FromJson, Reader, ToJson};
use crate::{Digest, Millis, hex};

/// A text that is no id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not an id")]
pub struct IdError(pub String);

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "types", derive(ts_rs::TS), ts(type = "string", rename = "Id"))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes a time-ordered id (UUIDv7) of a time and ten random bytes.
            pub fn new(now: Millis, random: [u8; 10]) -> Self {
                Self(Builder::from_unix_timestamp_millis(now.0, &random).into_uuid())
            }

            /// Makes an id that follows from its parts, so that everybody derives the same one.
            pub fn derived(parts: &[&[u8]]) -> Self {
                let digest = Digest::of(parts);
                let mut bytes = [0; 16];
                bytes.copy_from_slice(&digest.bytes()[..16]);
                Self(Builder::from_custom_bytes(bytes).into_uuid())
            }

            /// The 16 bytes.
            pub fn bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl From<[u8; 16]> for $name {
            fn from(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl ToJson for $name {
            fn write(&self, out: &mut String) {
                self.0.write(out);
            }
        }

        impl FromJson for $name {
            fn blank() -> Self {
                Self(Uuid::nil())
            }

            fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
                self.0.read(reader)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                hex::read_id(text).map(Self).ok_or_else(|| IdError(text.to_owned()))
            }
        }
    };
}

id! {
    /// One record of a collection.
    RecordId
}
id! {
    /// A till, terminal or dashboard, or a node acting on its own.
    DeviceId
}
id! {
    /// One shop: one ledger, one log.
    StoreId
}

/// The name of a collection, such as `products`. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(type = "string"))]
pub struct CollectionName(Arc<str>);

impl CollectionName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for CollectionName {
    fn from(name: &str) -> Self {
        Self(name.into())
    }
}

impl Deref for CollectionName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for CollectionName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CollectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CollectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Serialize for CollectionName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for CollectionName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Ok(Self(name.as_ref().into()))
    }
}

impl ToJson for CollectionName {
    fn write(&self, out: &mut String) {
        json::write_text(out, &self.0);
    }
}

impl FromJson for CollectionName {
    fn blank() -> Self {
        Self::from("")
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        self.0 = reader.string()?.as_ref().into();
        Ok(())
    }
}
