//! Frames that carry work.

use serde::{Deserialize, Serialize};

use crate::{
    Bucket, Change, CollectionName, Cursor, Digest, Hlc, LogId, Millis, Outcome, Position, Pushed,
    Quantity, RecordId, Seq, Sums, Term,
};

/// At most so many mutations in one push.
pub const MAX_PUSH_MUTATIONS: usize = 500;
/// At most so many bytes of bodies in one push, unless a single mutation is larger.
pub const MAX_PUSH_BYTES: usize = 1 << 20;
/// The largest frame a device sends, in bytes.
pub const MAX_FRAME_BYTES: usize = 4 << 20;

/// Mutations to decide: up to 500 or 1 MiB of bodies, at least one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Push {
    /// In the order of their seq.
    pub mutations: Vec<Pushed>,
}

/// How mutations ended, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcomes {
    /// The log they stand in.
    pub log_id: LogId,
    /// Whose reign.
    pub term: Term,
    /// The node's clock.
    pub time: Hlc,
    /// One per mutation.
    pub outcomes: Vec<Outcome>,
    /// The device's last seq that no restore can lose any more.
    pub archived: Seq,
}

/// What comes after this cursor?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pull {
    /// How far the device is.
    pub cursor: Cursor,
    /// At most so many positions.
    pub limit: u32,
}

/// What changed between two positions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// From where to where, and what that means for this device.
    pub span: Span,
    /// The records changed that are in the device's scope, in order of the log.
    pub items: Vec<Change>,
}

/// Everything in a `changes` frame but the records, which are serialised once for all subscribers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The log.
    pub log_id: LogId,
    /// Whose reign.
    pub term: Term,
    /// The node's clock.
    pub time: Hlc,
    /// The position before the first change.
    pub from: Position,
    /// The position of the last.
    pub to: Position,
    /// The head of the log when the frame was made.
    pub head: Position,
    /// The digest of the log at `to`.
    pub digest: Digest,
    /// This device's last decided seq at `to`.
    pub your_seq: Seq,
    /// The first UTC day whose dated facts are in the device's scope.
    pub scope_from: u32,
}

/// A whole `changes` frame from its span and its already serialised items (a JSON list).
pub fn encode_changes(span: &Span, items: &str) -> String {
    let span = crate::json::text(span);
    format!(r#"{{"changes":{{"span":{span},"items":{items}}}}}"#)
}

/// Applied up to here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ack {
    /// The device's cursor.
    pub cursor: Cursor,
}

/// A device's checksums.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Where it stands.
    pub cursor: Cursor,
    /// What it holds.
    pub sums: Sums,
}

/// The answer to a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// The position compared; absent where the node has moved on and nothing was compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// What differs.
    pub differs: Vec<(CollectionName, Bucket)>,
}

/// Hold goods while this cart is paid. Said again it renews; what it no longer names is released.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserve {
    /// The cart: the id its sale will have. What it holds is released when that sale is decided.
    pub cart: RecordId,
    /// All that is in it; nothing releases everything.
    pub items: Vec<ReserveItem>,
    /// The till, as people call it.
    pub till: String,
}

/// So much of a product in a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReserveItem {
    /// The product.
    pub product: RecordId,
    /// How much.
    pub quantity: Quantity,
}

/// What a cart holds now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserved {
    /// The cart.
    pub cart: RecordId,
    /// Until when, by the master's clock.
    pub until: Millis,
    /// One per product asked for.
    pub items: Vec<ReservedItem>,
}

/// Held, or who holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReservedItem {
    /// The product.
    pub product: RecordId,
    /// What this cart holds now; as much as was wanted where nobody counts the stock.
    pub held: Quantity,
    /// What anybody could still take.
    pub available: Quantity,
    /// The till that holds what was wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
}

/// Records outside the device's scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetch {
    /// Where.
    pub collection: CollectionName,
    /// Which.
    pub ids: Vec<RecordId>,
}

/// The records asked for and those that refer to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetched {
    /// ReservedItem in memory, beside base, cursor and checksum.
    pub items: Vec<Change>,
}

/// The cursor no longer holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotRequired {
    /// The log to take it from.
    pub log_id: LogId,
    /// Why, in words.
    pub reason: String,
}

crate::fields! { Push { mutations } }
crate::fields! { Outcomes { log_id, term, time, outcomes, archived } }
crate::fields! { Pull { cursor, limit } }
crate::fields! { Changes { span, items } }
crate::fields! { Span { log_id, term, time, from, to, head, digest, your_seq, scope_from } }
crate::fields! { Ack { cursor } }
crate::fields! { Check { cursor, sums } }
crate::fields! { Checked { position: skip, differs } }
crate::fields! { Reserve { cart, items, till } }
crate::fields! { ReserveItem { product, quantity } }
crate::fields! { Reserved { cart, until, items } }
crate::fields! { ReservedItem { product, held, available, holder: skip } }
crate::fields! { Fetch { collection, ids } }
crate::fields! { Fetched { items } }
crate::fields! { SnapshotRequired { log_id, reason } }
