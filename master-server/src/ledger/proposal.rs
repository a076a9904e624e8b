//! What a batch is made of. Everything that applying depends on is in here or in the ledger.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sync_core::{
    Body, CollectionName, DeviceId, DeviceInfo, DeviceKind, Digest, Hlc, LogId, Millis, Outcome,
    Pushed, RecordId, Reserve, Reserved, Seq, Waiting, WireError,
};

use super::audit::Entry;
use super::notes::Note;

/// A batch as it is proposed: in order, with time and randomness made before.
pub(super) struct Proposal {
    /// When it is decided.
    pub(super) now: Millis,
    /// What the salts of its audit entries are made of.
    pub(super) seed: [u8; 32],
    /// The commands, then the mutations in the order of the batch.
    pub(super) steps: Vec<Step>,
    /// What rides along in the audit.
    pub(super) notes: Vec<Note>,
}

/// One step and where its answer goes.
pub(super) struct Step {
    pub(super) ticket: usize,
    /// From where it was asked for, where that was beyond this process.
    pub(super) address: Option<IpAddr>,
    pub(super) command: Command,
}

/// What the ledger can be told to do.
#[derive(Clone, Debug)]
pub enum Command {
    /// Decide a device's mutation.
    Mutation(Box<Arrived>),
    /// Decide a mutation of this node itself.
    Own {
        /// What it wants.
        body: Box<Body>,
        /// When.
        at: Hlc,
    },
    /// Decide a mutation of this node itself unless somebody else was faster; then nothing at all
    /// is written.
    OwnUnlessLate {
        /// What it wants.
        body: Box<Body>,
        /// When.
        at: Hlc,
        /// The record it was made from; absent where it was made from none.
        seen: Option<Seen>,
        /// What the audit log shall know of who asked.
        asked: Entry,
    },
    /// Keep an enrolment code.
    OpenCode {
        /// The hash of the code.
        code: Digest,
        /// What it lets in.
        terms: CodeTerms,
        /// Until when it can be used.
        expires_at: Millis,
    },
    /// Take a device in.
    Enrol {
        /// What it shows.
        proof: Proof,
        /// Its new id.
        id: DeviceId,
        /// The hash of its new token.
        token: Digest,
        /// What it calls itself.
        name: String,
        /// What it is for.
        kind: DeviceKind,
    },
    /// Call a device something else.
    Rename {
        /// Which.
        device: DeviceId,
        /// From now on.
        name: String,
        /// Who says so, as the asking device claims.
        by: Option<String>,
    },
    /// Take a device's access away.
    Revoke {
        /// Which.
        device: DeviceId,
    },
    /// Close the identity of a device whose database was lost or rolled back.
    Close {
        /// Which.
        device: DeviceId,
        /// How that showed.
        reason: String,
    },
    /// Go on with a number of a device although those before it are missing: nobody has them.
    SkipTo {
        /// Which.
        device: DeviceId,
        /// The number its next mutation has.
        seq: Seq,
    },
    /// A device said hello.
    Seen {
        /// Which.
        device: DeviceId,
        /// The version of its app.
        app: String,
        /// How many mutations it has to send.
        pending: u64,
    },
    /// Hold goods for a cart of a device.
    Reserve {
        /// Whose cart.
        device: DeviceId,
        /// What it wants.
        reserve: Reserve,
    },
    /// Write something into the audit log.
    Audit(Entry),
    /// A verified backup holds everything up to these marks.
    Archived {
        /// Per device the last seq in it.
        marks: Vec<(DeviceId, Seq)>,
        /// What the audit says of it.
        about: Json,
    },
    /// Acknowledged data is missing: stop serving.
    NeedRestore {
        /// How that showed.
        reason: String,
    },
    /// Begin a new generation of the log.
    Restart {
        /// The new log.
        log_id: LogId,
        /// The device id of this node in it.
        node: DeviceId,
        /// Why.
        reason: String,
    },
    /// Find out whether anything can be written.
    Probe,
}

/// A record as somebody saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Where.
    pub collection: CollectionName,
    /// Which.
    pub id: RecordId,
    /// The digest of its own fields.
    pub digest: Digest,
}

/// What a one-time code lets in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CodeTerms {
    /// The kind of device; any where absent.
    pub kind: Option<DeviceKind>,
    /// The name the device shall have; its own where absent.
    pub name: Option<String>,
    /// Whether it may look but not write.
    #[serde(default)]
    pub read_only: bool,
}

/// Why a device may join.
#[derive(Clone, Debug)]
pub enum Proof {
    /// A one-time code, hashed.
    Code(Digest),
    /// The token of an identity of its own that was closed, hashed.
    Token(Digest),
    /// The door vouches for it: the demo on loopback, or a command.
    Trusted,
}

/// A device's mutation with what the master noted on its arrival.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// The push it came with: once one of it fails, the rest is passed over.
    pub(super) push: usize,
    /// The mutation.
    pub(super) pushed: Pushed,
    /// Its claim, clamped to its arrival.
    pub(super) clamped: Hlc,
    /// How far the claim was ahead of its arrival, in milliseconds.
    pub(super) skew: u64,
}

/// What became of a step.
#[derive(Debug)]
pub enum Answer {
    /// A mutation was decided.
    Outcome(Box<Outcome>),
    /// A device is in.
    Enrolled(DeviceInfo),
    /// What a cart holds now.
    Reserved(Reserved),
    /// It is done.
    Done,
    /// It is not done, and why.
    Refused(WireError),
    /// One before it in its push was refused.
    Skipped,
}

/// A mutation that waits for the batch to be formed.
pub(super) struct Queued {
    pub(super) ticket: usize,
    pub(super) address: Option<IpAddr>,
    pub(super) arrived: Box<Arrived>,
}

impl Waiting for Queued {
    fn device(&self) -> DeviceId {
        self.arrived.pushed.device()
    }

    fn clamped_at(&self) -> Hlc {
        self.arrived.clamped
    }
}
