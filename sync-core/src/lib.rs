//! The rules every part of Tillsync agrees on: ids, clocks, documents, mutations, the one
//! [`decide()`] function, checksums and frames.
//!
//! Pure by construction: no I/O, no async, no clock, no randomness. Time, ids and seeds come in as
//! arguments, so the same code runs in the master's ledger, in the till's overlay, in a browser and
//! in a simulator.

mod change;
mod checksum;
mod clock;
mod cursor;
mod decide;
mod device;
mod digest;
mod document;
mod document_text;
mod domain;
mod error;
mod fingerprint;
mod frame;
mod hex;
mod id;
mod intake;
pub mod json;
mod map;
mod merge;
mod mutation;
mod op;
mod order;
mod outcome;
mod quantity;
mod records;
mod schema;
mod value;

pub use change::{Author, Change, Record, Stamp, Write};
pub use checksum::{Bucket, Checksum, Checksums, Sums};
pub use clock::{Hlc, Millis};
pub use cursor::{Cursor, LogId, Position, Seq, Term};
pub use decide::{Case, Decision, Role, decide, foresee};
pub use device::{DeviceInfo, DeviceKind};
pub use digest::{Digest, DigestError};
pub use document::{Document, DocumentError};
pub use document_text::DocumentText;
pub use domain::{Cause, CauseKind, Domain, Judgement, Objection, Projected, Projection};
pub use error::{Class, Code, WireError};
pub use fingerprint::{Fingerprint, FingerprintError};
pub use frame::{
    Ack, Changes, Check, Checked, DeviceGone, DeviceSeen, Drain, Enroll, Enrolled, Fetch, Fetched,
    Frame, Hello, MAX_FRAME_BYTES, MAX_PUSH_BYTES, MAX_PUSH_MUTATIONS, NodeAddress, Outcomes, Ping,
    Pong, ProtocolRange, Pull, Push, QueueStatus, Reserve, ReserveItem, Reserved, ReservedItem,
    RoleChange, SnapshotEnd, SnapshotHead, SnapshotLine, SnapshotRequired, Span, Welcome,
    encode_changes, negotiate,
};
pub use id::{CollectionName, DeviceId, IdError, RecordId, StoreId};
pub use intake::{Intake, admit};
pub use map::{Map, Set, map_of};
pub use merge::{Clash, Merged, merge_field};
pub use mutation::{
    Actor, Body, BodyError, Envelope, MAX_MUTATION_BYTES, MAX_RECORD_BYTES, Origin, Pushed,
    Verified, Void,
};
pub use op::{FieldPatch, Op};
pub use order::{Waiting, order};
pub use outcome::{Flag, Outcome, Refusal, Verdict, Withheld, WithheldBecause};
pub use quantity::Quantity;
pub use records::{ReadError, Records, Scratch};
pub use schema::{
    ACKNOWLEDGEMENTS, ARCHIVED, CONFLICTS, Collection, Field, FieldType, Index, Kind, NOTICES,
    Policy, Schema, SchemaError, Scope, TASKS,
};
pub use value::{MAX_DEPTH, MAX_INTEGER, Value};

/// The newest protocol this build speaks. Tied to the wire examples and the schema types by test.
pub const PROTOCOL_VERSION: u32 = 1;
/// The oldest protocol this build still speaks.
pub const OLDEST_PROTOCOL: u32 = 1;
