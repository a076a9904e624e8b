use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Milliseconds since 1970 in UTC.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(
    feature = "types",
    derive(ts_rs::TS),
    ts(type = "number", rename = "EpochMs")
)]
#[serde(transparent)]
pub struct Millis(pub u64);

impl Millis {
    /// This time and so many milliseconds.
    #[must_use]
    pub fn plus(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds since an earlier time; 0 where that is not earlier.
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The UTC day, counted from 1970-01-01.
    pub fn day(self) -> u32 {
        (self.0 / 86_400_000) as u32
    }
}

/// A hybrid logical clock: 48 bits of milliseconds and a 16-bit counter; 16 hex digits on the wire.
///
/// It never orders the log; it is the claim of a device of when something happened, and it never
/// runs behind what the device has seen.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hlc(u64);

impl Hlc {
    /// A clock at a time, its counter at zero.
    pub fn at(now: Millis) -> Self {
        Self(now.0.min((1 << 48) - 1) << 16)
    }

    /// The next reading at `now`: later than every reading before it, also when the wall clock fell.
    #[must_use]
    pub fn tick(self, now: Millis) -> Self {
        Self::at(now).max(Self(self.0.saturating_add(1)))
    }

    /// The clock after it has seen another one.
    #[must_use]
    pub fn observe(self, seen: Self) -> Self {
        self.max(seen)
    }

    /// The claim as the master uses it: at most 60 s after its arrival.
    #[must_use]
    pub fn clamp_to(self, arrival: Millis) -> Self {
        self.min(Self::at(arrival.plus(60_000)))
    }

    /// The milliseconds part.
    pub fn millis(self) -> Millis {
        Millis(self.0 >> 16)
    }

    /// The 64 bits.
    pub fn bits(self) -> u64 {
        self.0
    }
}

impl From<u64> for Hlc {
    fn from(bits: u64) -> Self {
        Self(bits)
    }
}

impl fmt::Display for Hlc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::hex::write(f, &self.0.to_be_bytes())
    }
}

impl fmt::Debug for Hlc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hlc {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bytes = crate::hex::read(text);
        let error = || format!("\"{text}\" is no clock: 16 hex digits expected");
        Ok(Self(u64::from_be_bytes(bytes.ok_or_else(error)?)))
    }
}

impl Serialize for Hlc {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hlc {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl crate::json::ToJson for Hlc {
    fn write(&self, out: &mut String) {
        crate::json::write_shown(out, self);
    }
}

impl crate::json::FromJson for Hlc {
    fn blank() -> Self {
        Self(0)
    }

    fn read(&mut self, reader: &mut crate::json::Reader<'_>) -> Result<(), crate::json::Fault> {
        *self = crate::json::read_shown(reader, "16 hex digits are expected")?;
        Ok(())
    }
}

crate::numbers! { Millis }
