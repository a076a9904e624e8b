use serde::{Deserialize, Serialize};

use crate::json::{self, Raw};
use crate::{DeviceId, Digest, Hlc, MAX_DEPTH, Op, RecordId, Seq};

/// The largest body a mutation may have, in bytes. Real invoices have 675 lines.
pub const MAX_MUTATION_BYTES: usize = 1 << 20;
/// A record that is edited grows to at most so many bytes of canonical JSON; a single mutation
/// cannot make a larger one.
pub const MAX_RECORD_BYTES: usize = 1 << 20;

/// A mutation as it travels: readable without understanding its body.
///
/// The body is kept as the very bytes it was recorded with, so that its hash holds on every node,
/// in every store and through every version.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Envelope {
    /// The device that recorded it.
    pub device: DeviceId,
    /// Its number there.
    pub seq: Seq,
    /// When, as the device claims.
    pub at: Hlc,
    /// The format of the body: the schema's.
    pub format: u32,
    /// Made once, when it was recorded: see [`Envelope::hash_of`].
    pub hash: Digest,
    /// The mutation this one stands for, where it was issued again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// The [`Body`] as JSON text.
    pub body: Raw,
}

/// The first issue of a mutation that was issued again under another id or seq.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The device as it was called then.
    pub device: DeviceId,
    /// The number there.
    pub seq: Seq,
    /// The hash under which it was recorded.
    pub hash: Digest,
}

/// Stands for a mutation that cannot be sent or was issued again, so that the seq moves on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Void {
    /// The device that recorded the mutation.
    pub device: DeviceId,
    /// The number there.
    pub seq: Seq,
    /// When it was recorded.
    pub at: Hlc,
    /// The hash of what it stands for.
    pub hash: Digest,
    /// Why, in words.
    pub reason: String,
}

/// What a push carries.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pushed {
    /// A mutation.
    Mutation(Envelope),
    /// A stand-in for one.
    Void(Void),
}

/// What a mutation wants: who, under which name, by which steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// Who did it.
    pub actor: Actor,
    /// The user's intent, such as `complete_sale`.
    pub name: String,
    /// The steps, taken in order.
    pub ops: Vec<Op>,
}

/// The person behind a mutation, as the device claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The employee's record.
    pub user: RecordId,
    /// How the device knows.
    pub verified: Verified,
    /// The second person who approved what the first may not do alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<RecordId>,
}

/// How a device knows who is at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verified {
    /// By PIN, against the verifier kept on the device.
    Pin,
    /// Nobody: the node acts on its own (imports, timers).
    System,
    /// The embedding program vouches for the user.
    Host,
}

/// A body that is not readable in a known format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body cannot be read: {0}")]
pub struct BodyError(pub String);

impl Body {
    /// The JSON text that goes into an envelope.
    pub fn encode(&self) -> Raw {
        Raw::of(self)
    }
}

impl Envelope {
    /// Seals a body: its hash is made here and never again.
    pub fn seal(device: DeviceId, seq: Seq, at: Hlc, format: u32, body: Raw) -> Self {
        let hash = Self::hash_of(device, seq, at, format, None, body.get());
        Self {
            device,
            seq,
            at,
            format,
            hash,
            origin: None,
            body,
        }
    }

    /// Issues this mutation again under another id or seq, naming its first issue.
    #[must_use]
    pub fn reissue(&self, device: DeviceId, seq: Seq) -> Self {
        let first = Origin {
            device: self.device,
            seq: self.seq,
            hash: self.hash,
        };
        let origin = Some(self.origin.unwrap_or(first));
        let hash = Self::hash_of(
            device,
            seq,
            self.at,
            self.format,
            origin.as_ref(),
            self.body.get(),
        );
        Self {
            device,
            seq,
            hash,
            origin,
            ..self.clone()
        }
    }

    /// The hash over everything else in an envelope.
    pub fn hash_of(
        device: DeviceId,
        seq: Seq,
        at: Hlc,
        format: u32,
        origin: Option<&Origin>,
        body: &str,
    ) -> Digest {
        let origin = origin.map_or_else(Vec::new, |o| {
            [
                &o.device.bytes()[..],
                &o.seq.0.to_be_bytes(),
                o.hash.bytes(),
            ]
            .concat()
        });
        Digest::of(&[
            b"tillsync mutation",
            device.bytes(),
            &seq.0.to_be_bytes(),
            &at.bits().to_be_bytes(),
            &format.to_be_bytes(),
            &origin,
            body.as_bytes(),
        ])
    }

    /// Whether the hash is the one of the content.
    pub fn is_sealed(&self) -> bool {
        let origin = self.origin.as_ref();
        self.hash
            == Self::hash_of(
                self.device,
                self.seq,
                self.at,
                self.format,
                origin,
                self.body.get(),
            )
    }

    /// Reads the body.
    ///
    /// # Errors
    /// When the text is no body of this format, has an op that is not known, or nests a value
    /// deeper than [`MAX_DEPTH`]: what is made of it has to stay readable for everybody.
    pub fn open(&self) -> Result<Body, BodyError> {
        let body: Body = json::read(self.body.get()).map_err(|e| BodyError(e.to_string()))?;
        match body.ops.iter().find_map(Op::too_deep) {
            Some(field) => Err(BodyError(format!(
                "{field} is nested more than {MAX_DEPTH} levels deep"
            ))),
            None => Ok(body),
        }
    }
}

impl Pushed {
    /// The device it came from.
    pub fn device(&self) -> DeviceId {
        match self {
            Self::Mutation(envelope) => envelope.device,
            Self::Void(void) => void.device,
        }
    }

    /// Its number there.
    pub fn seq(&self) -> Seq {
        match self {
            Self::Mutation(envelope) => envelope.seq,
            Self::Void(void) => void.seq,
        }
    }

    /// When, as the device claims.
    pub fn at(&self) -> Hlc {
        match self {
            Self::Mutation(envelope) => envelope.at,
            Self::Void(void) => void.at,
        }
    }

    /// The hash of the mutation, or of what the void stands for.
    pub fn hash(&self) -> Digest {
        match self {
            Self::Mutation(envelope) => envelope.hash,
            Self::Void(void) => void.hash,
        }
    }
}

crate::fields! { Envelope { device, seq, at, format, hash, origin: skip, body } }
crate::fields! { Origin { device, seq, hash } }
crate::fields! { Void { device, seq, at, hash, reason } }
crate::choices! { Pushed { Mutation = "mutation", Void = "void" } }
crate::fields! { Body { actor, name, ops } }
crate::fields! { Actor { user, verified, approved_by: skip } }
crate::words! { Verified { Pin = "pin", System = "system", Host = "host" } }
