//! The plain data of the JavaScript door. The TypeScript declarations are made from these types.

mod status;

use sync_core::{
    CollectionName, DeviceKind, Document, Map, Millis, Outcome, RecordId, Schema, Value, Verified,
};
use tsify::Tsify;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::RecordChange;

pub use status::{Connection, Device, FirstSync, LastError, Status, StorageState};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A UUIDv7 as text. */
export type Id = string;
/** Milliseconds since 1970-01-01 UTC. */
export type EpochMs = number;
/** What a field may hold: no floats, no null, integers below 2^53. */
export type Value = boolean | number | string | Value[] | { [name: string]: Value };
/** What the caller can do about an error. */
export type ErrorClass = "retry" | "wait" | "attention" | "needs_auth" | "needs_upgrade" | "fatal";
/** What a device is for. */
export type DeviceKind = "till" | "terminal" | "dashboard";
/** How a mutation ended. */
export type Verdict = "accepted" | "merged" | "conflict" | "rejected" | "already_decided";
/** A record came, is another one or went: from the archive it is created, into it deleted. */
export interface RecordChange {
  collection: string;
  id: Id;
  change: "created" | "updated" | "deleted";
}
/** The master's one final answer to a mutation of this device. */
export interface Outcome {
  device: Id;
  seq: number;
  hash: string;
  position: number;
  verdict: Verdict;
  refusal?: { code: string; field?: string; message: string };
  withheld?: { op: number; collection: string; id: Id; field?: string; because: string; theirs?: Value; mine?: Value }[];
  flags?: { op: number; code: string; message: string }[];
}
/** One step of a mutation. A patch names what the user saw; what the view shows now where it does not. */
export type Step =
  | { op: "insert"; collection: string; id: Id; doc: Record<string, Value> }
  | { op: "patch"; collection: string; id: Id; seen?: Record<string, Value>; fields: Record<string, Value | null> }
  | { op: "delete"; collection: string; id: Id }
  | { op: "add"; collection: string; id: Id; field: string; delta: number };
"#;

/// How to open a client.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct OpenOptions {
    /// Base address of the master, such as `https://shop.example`.
    pub url: String,
    /// Name of the local databases; one client per name and browser profile.
    #[serde(default)]
    #[tsify(optional)]
    pub name: Option<String>,
    /// The collections, as the master's domain exports them.
    #[tsify(type = "object")]
    pub schema: Schema,
    /// What people shall call the device.
    #[serde(default)]
    #[tsify(optional)]
    pub device_name: Option<String>,
    /// What it is for; `terminal` unless said otherwise.
    #[serde(default)]
    #[tsify(optional, type = "DeviceKind")]
    pub device_kind: Option<DeviceKind>,
    /// Name and version of the embedding program.
    #[serde(default)]
    #[tsify(optional)]
    pub app: Option<String>,
    /// Take the store over from the tab that has it open.
    #[serde(default)]
    #[tsify(optional)]
    pub take_over: bool,
}

/// One intent of a user, recorded whole or not at all.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Mutation {
    /// What the user wants, such as `edit_product`.
    pub name: String,
    /// The record of the user.
    #[tsify(type = "Id")]
    pub user: RecordId,
    /// How it is known that it is them; unless said otherwise the embedding program vouches.
    #[tsify(optional, type = r#""pin" | "host""#)]
    pub verified: Option<Verified>,
    /// The second person who approved it.
    #[serde(default)]
    #[tsify(optional, type = "Id")]
    pub approved_by: Option<RecordId>,
    /// The steps, taken in order.
    #[tsify(type = "Step[]")]
    pub steps: Vec<FlatStep>,
}

/// One step of a mutation, as `Step` declares it. Flat, which is read with half the code that a
/// tagged union takes.
pub struct FlatStep {
    /// Which kind of step.
    pub op: StepKind,
    /// Where.
    pub collection: String,
    /// Which record.
    pub id: RecordId,
    /// The fields of a new record.
    pub doc: Option<Document>,
    /// The values as the user saw them.
    pub seen: Option<Document>,
    /// The new values of a patch.
    pub fields: Option<Map<String, Option<Value>>>,
    /// The field to add to.
    pub field: Option<String>,
    /// How much to add.
    pub delta: Option<i64>,
}

/// The kinds of step.
#[derive(Clone, Copy)]
pub enum StepKind {
    /// Makes a record.
    Insert,
    /// Changes fields.
    Patch,
    /// Deletes a record.
    Delete,
    /// Adds to an integer field.
    Add,
}

/// A mutation that is durable on this device.
#[derive(Tsify)]
pub struct Recorded {
    /// The device's id.
    pub device: String,
    /// Its number there.
    #[tsify(type = "number")]
    pub seq: u64,
}

/// What to look for.
#[derive(Tsify)]
pub struct Query {
    /// Where.
    pub collection: String,
    /// Conditions, all of which must hold.
    #[serde(default)]
    #[tsify(optional)]
    pub filter: Vec<Filter>,
    /// Words that must all begin a word of a search field.
    #[serde(default)]
    #[tsify(optional)]
    pub search: Option<String>,
    /// The order; by id where it is left out.
    #[serde(default)]
    #[tsify(optional)]
    pub sort: Option<Sort>,
    /// At most so many.
    #[serde(default)]
    #[tsify(optional)]
    pub limit: Option<u32>,
    /// Skip so many first.
    #[serde(default)]
    #[tsify(optional)]
    pub offset: u32,
    /// Only these fields come back.
    #[serde(default)]
    #[tsify(optional)]
    pub fields: Option<Vec<String>>,
}

/// One condition.
#[derive(Tsify)]
pub struct Filter {
    /// The field.
    pub field: String,
    /// How it compares.
    #[tsify(type = r#""eq" | "gte" | "lte" | "prefix""#)]
    pub op: crate::Compare,
    /// With what; `null` matches a missing field.
    #[tsify(type = "Value | null")]
    pub value: Option<Value>,
}

/// The order of a result.
#[derive(Tsify)]
pub struct Sort {
    /// By this field.
    pub field: String,
    /// Largest first.
    #[serde(default)]
    #[tsify(optional)]
    pub desc: bool,
}

/// One record as the view shows it.
#[derive(Tsify)]
pub struct Doc {
    /// Its id.
    #[tsify(type = "Id")]
    pub id: RecordId,
    /// The position of its last change; 0 while the master has not seen it.
    #[tsify(type = "number")]
    pub version: u64,
    /// Whether an undecided mutation of this device touches it.
    pub pending: bool,
    /// Its fields.
    #[tsify(type = "Record<string, Value>")]
    pub doc: Document,
}

/// One window of the matches.
#[derive(Tsify)]
pub struct QueryResult {
    /// The window.
    pub items: Vec<Doc>,
    /// All matches.
    pub total: u32,
}

/// A rejected mutation that waits for a person.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct AttentionEntry {
    /// The device it was recorded under.
    pub device: String,
    /// Its number there.
    #[tsify(type = "number")]
    pub seq: u64,
    /// When it was recorded.
    #[tsify(type = "EpochMs")]
    pub recorded_at: Millis,
    /// Stable code of the reason.
    pub code: String,
    /// The reason as a sentence.
    pub reason: String,
    /// The mutation's body as JSON text.
    pub body: String,
}

/// What is new since the last call.
#[derive(Tsify)]
pub struct Change {
    /// The collections in which something is another one.
    #[tsify(type = "string[]")]
    pub collections: Vec<CollectionName>,
    /// What the master decided about single records. A snapshot names none.
    #[tsify(type = "RecordChange[]")]
    pub records: Vec<RecordChange>,
    /// How mutations of this device ended.
    #[tsify(type = "Outcome[]")]
    pub outcomes: Vec<Outcome>,
    /// Devices that are called or may do something else.
    pub roles: Vec<RoleChange>,
}

/// A device, this one or another, is called or may do something else.
#[derive(Tsify)]
pub struct RoleChange {
    /// The device as it is now.
    pub device: Device,
    /// In words.
    pub reason: String,
}

impl From<Query> for crate::Query {
    fn from(query: Query) -> Self {
        let filters = query.filter.into_iter().map(|filter| crate::Filter {
            field: filter.field,
            op: filter.op,
            value: filter.value,
        });
        Self {
            filter: filters.collect(),
            search: query.search,
            sort: query.sort.map(|sort| crate::Sort {
                field: sort.field,
                desc: sort.desc,
            }),
            limit: query.limit.map(|limit| limit as usize),
            offset: query.offset as usize,
            fields: query.fields,
            ..Self::all(query.collection.as_str())
        }
    }
}

impl From<crate::Change> for Change {
    fn from(change: crate::Change) -> Self {
        Self {
            collections: change.collections,
            records: change.records,
            outcomes: change.outcomes,
            roles: change.roles.into_iter().map(RoleChange::from).collect(),
        }
    }
}

impl From<sync_core::RoleChange> for RoleChange {
    fn from(change: sync_core::RoleChange) -> Self {
        Self {
            device: (&change.device).into(),
            reason: change.reason,
        }
    }
}

impl From<crate::Doc> for Doc {
    fn from(doc: crate::Doc) -> Self {
        Self {
            id: doc.id,
            version: doc.version.0,
            pending: doc.pending,
            doc: doc.doc,
        }
    }
}

impl From<crate::QueryResult> for QueryResult {
    fn from(result: crate::QueryResult) -> Self {
        Self {
            items: result.items.into_iter().map(Doc::from).collect(),
            total: result.total as u32,
        }
    }
}

sync_core::fields_from! {
    OpenOptions {
        url, name: skip, schema, device_name = "deviceName": skip,
        device_kind = "deviceKind": skip, app: skip, take_over = "takeOver": skip
    }
}
sync_core::fields_from! { Mutation { name, user, verified: skip, approved_by = "approvedBy": skip, steps } }
sync_core::fields_from! {
    FlatStep { op, collection, id, doc: skip, seen: skip, fields: skip, field: skip, delta: skip }
}
sync_core::words! { StepKind { Insert = "insert", Patch = "patch", Delete = "delete", Add = "add" } }
sync_core::fields_to! { Recorded { device, seq } }
sync_core::fields_from! {
    Query {
        collection, filter: skip, search: skip, sort: skip, limit: skip, offset: skip, fields: skip
    }
}
sync_core::fields_from! { Filter { field, op, value: skip } }
sync_core::fields_from! { Sort { field, desc: skip } }
sync_core::fields_to! { Doc { id, version, pending, doc } }
sync_core::fields_to! { QueryResult { items, total } }
sync_core::fields_to! {
    AttentionEntry { device, seq, recorded_at = "recordedAt", code, reason, body }
}
sync_core::fields_to! { Change { collections, records, outcomes, roles } }
sync_core::fields_to! { RoleChange { device, reason } }
