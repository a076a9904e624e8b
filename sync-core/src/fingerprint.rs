use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

use crate::hex;

/// So many groups of four digits are enough to compare: 80 bits.
const SHORT_GROUPS: usize = 5;

/// By what people and programs know a certificate: the SHA-256 of its bytes, as every certificate
/// viewer shows it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

/// A text that is no fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint is 64 hex digits")]
pub struct FingerprintError;

impl Fingerprint {
    /// The fingerprint of a certificate, given as DER.
    pub fn of(certificate: &[u8]) -> Self {
        Self(Sha256::digest(certificate).into())
    }

    /// All of it in groups of four digits, for people to compare.
    pub fn groups(&self) -> Vec<String> {
        let digits = self.to_string().to_ascii_uppercase();
        let groups = digits.as_bytes().chunks(4);
        groups
            .map(|group| group.iter().copied().map(char::from).collect())
            .collect()
    }

    /// Its first five groups, which nobody can make another certificate for.
    pub fn short(&self) -> String {
        self.groups()[..SHORT_GROUPS].join(" ")
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(f, &self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    /// Reads it as certificate viewers write it: with or without spaces, colons and hyphens.
    fn from_str(text: &str) -> Result<Self, FingerprintError> {
        let digits: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && !":-".contains(*c))
            .collect();
        hex::read(&digits).map(Self).ok_or(FingerprintError)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_plain_hash_and_is_read_however_a_viewer_writes_it() {
        let own = Fingerprint::of(b"abc");
        let digits = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(own.to_string(), digits);
        assert_eq!(own.short(), "BA78 16BF 8F01 CFEA 4141");
        assert_eq!(own.groups().join(":").parse(), Ok(own));
        assert_eq!(own.groups().join(" ").parse(), Ok(own));
        assert_eq!(own.short().parse::<Fingerprint>(), Err(FingerprintError));
    }
}
