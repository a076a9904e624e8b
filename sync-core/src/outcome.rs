use serde::{Deserialize, Serialize};

use crate::{CollectionName, DeviceId, Digest, Position, RecordId, Seq, Value};

/// The master's one final answer to a mutation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Whose mutation.
    pub device: DeviceId,
    /// Which one.
    pub seq: Seq,
    /// The hash under which it was decided.
    pub hash: Digest,
    /// Where in the log.
    pub position: Position,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, where it was rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// The parts that did not take effect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<Withheld>,
    /// What is wrong with facts that took effect all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
}

/// How a mutation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// All of it took effect.
    Accepted,
    /// A policy settled every clash; the withheld parts are named.
    Merged,
    /// At least one part waits for a person.
    Conflict,
    /// None of it took effect.
    Rejected,
    /// Decided so long ago that the outcome itself is no longer kept.
    AlreadyDecided,
}

/// Why a mutation was rejected: a stable code, the field, and a sentence a person can act on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Stable code, such as `missing`, `unsupported`, `forbidden`.
    pub code: String,
    /// The field at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// A sentence.
    pub message: String,
}

impl Refusal {
    /// A refusal that no single field causes.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            field: None,
            message: message.into(),
        }
    }

    /// The same refusal with the field at fault.
    #[must_use]
    pub fn of_field(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }
}

/// One part of a mutation that did not take effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    /// Which op, from 0.
    pub op: u32,
    /// Where.
    pub collection: CollectionName,
    /// Which record.
    pub id: RecordId,
    /// Which field; absent where it is the whole record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Why.
    pub because: WithheldBecause,
    /// The value that stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theirs: Option<Value>,
    /// The value that was wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mine: Option<Value>,
}

/// Why a part was withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithheldBecause {
    /// A person has to choose.
    Conflict,
    /// The first to arrive stands.
    FirstWins,
    /// A later edit stands.
    LastWins,
    /// An earlier edit stands.
    EarliestWins,
    /// A rule refuses it, and the facts beside it stand.
    Refused,
}

/// What is wrong with a mutation whose facts took effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// Which op, from 0.
    pub op: u32,
    /// Stable code.
    pub code: String,
    /// A sentence.
    pub message: String,
}

crate::fields! {
    Outcome {
        device, seq, hash, position, verdict, refusal: skip, withheld: skip, flags: skip
    }
}
crate::words! {
    Verdict {
        Accepted = "accepted",
        Merged = "merged",
        Conflict = "conflict",
        Rejected = "rejected",
        AlreadyDecided = "already_decided",
    }
}
crate::fields! { Refusal { code, field: skip, message } }
crate::fields! {
    Withheld { op, collection, id, field: skip, because, theirs: skip, mine: skip }
}
crate::words! {
    WithheldBecause {
        Conflict = "conflict",
        FirstWins = "first_wins",
        LastWins = "last_wins",
        EarliestWins = "earliest_wins",
        Refused = "refused",
    }
}
crate::fields! { Flag { op, code, message } }
