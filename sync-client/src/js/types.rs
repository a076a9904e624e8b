//! The plain data of the JavaScript door. The TypeScript declarations are made from these types.

use sync_core::json::{Mode, ToJson, write_fields};
use sync_core::{Class, DeviceKind, Document, Map, Millis, RecordId, Schema, Value};
use tsify::Tsify;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::platform;
use crate::{ConnectionState, PauseReason, StorageProblem, SyncStatus};

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
    /// The record of the user; the embedding program vouches for them.
    #[tsify(type = "Id")]
    pub user: RecordId,
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

/// How the device stands to its master; carries its reason.
#[derive(Tsify)]
#[serde(
    tag = "state",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum Connection {
    /// The device itself has no network.
    NoNetwork,
    /// On the way.
    Connecting {
        /// Counts from 1.
        attempt: u32,
        /// When the next attempt starts.
        #[tsify(type = "EpochMs | null")]
        next_retry_at: Option<Millis>,
    },
    /// Two heartbeats were missed.
    Checking,
    /// Connected.
    Online,
    /// Several attempts failed.
    ServerUnreachable {
        /// Counts from 1.
        attempt: u32,
        /// When the next attempt starts.
        #[tsify(type = "EpochMs | null")]
        next_retry_at: Option<Millis>,
    },
    /// The master refuses this device or this build; nothing is dropped.
    Paused {
        /// Why.
        #[tsify(type = r#""auth" | "needs_upgrade""#)]
        reason: PauseReason,
        /// In words.
        message: String,
    },
    /// The master is about to stop.
    Draining,
    /// The device's own storage.
    Storage {
        /// What is wrong.
        #[tsify(type = r#""lost" | "full" | "memory_only""#)]
        problem: StorageProblem,
    },
    /// Another tab has taken over.
    OtherTab,
    /// Going on could lose or double something.
    Failed {
        /// Why, in words.
        message: String,
    },
}

/// The thing people look at.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// How the device stands to its master.
    pub connection: Connection,
    /// Since when.
    #[tsify(type = "EpochMs")]
    pub since: Millis,
    /// Whether it has joined a store.
    pub registered: bool,
    /// Mutations without an outcome: the number to send.
    #[tsify(type = "number")]
    pub pending: u64,
    /// When the oldest of them was recorded.
    #[tsify(type = "EpochMs | null")]
    pub oldest_pending_at: Option<Millis>,
    /// Rejected mutations nobody has dismissed.
    #[tsify(type = "number")]
    pub attention: u64,
    /// When this device was last level with the master.
    #[tsify(type = "EpochMs | null")]
    pub last_synced_at: Option<Millis>,
    /// While the first copy streams in.
    pub first_sync: Option<FirstSync>,
    /// The last thing that went wrong.
    pub last_error: Option<LastError>,
}

/// How far the first copy has come, in records.
#[derive(Tsify)]
pub struct FirstSync {
    /// Stored.
    #[tsify(type = "number")]
    pub done: u64,
    /// In all.
    #[tsify(type = "number | null")]
    pub total: Option<u64>,
}

/// The last thing that went wrong.
#[derive(Tsify)]
pub struct LastError {
    /// When.
    #[tsify(type = "EpochMs")]
    pub at: Millis,
    /// Stable code.
    pub code: String,
    /// What is done about it.
    #[tsify(type = "ErrorClass")]
    pub class: Class,
    /// A sentence.
    pub message: String,
}

impl Status {
    /// After a fault of the library itself.
    pub(super) fn failed(message: &str) -> Self {
        let message = message.to_owned();
        Self::idle(Connection::Failed { message })
    }

    /// After another tab has taken over.
    pub(super) fn other_tab() -> Self {
        Self::idle(Connection::OtherTab)
    }

    fn idle(connection: Connection) -> Self {
        Self {
            connection,
            since: platform::now(),
            registered: true,
            pending: 0,
            oldest_pending_at: None,
            attention: 0,
            last_synced_at: None,
            first_sync: None,
            last_error: None,
        }
    }
}

impl From<&SyncStatus> for Status {
    fn from(status: &SyncStatus) -> Self {
        Self {
            connection: Connection::from(&status.connection),
            since: status.since,
            registered: status.registered,
            pending: status.pending,
            oldest_pending_at: status.oldest_pending_at,
            attention: status.attention,
            last_synced_at: status.last_synced_at,
            first_sync: status.first_sync.map(|sync| FirstSync {
                done: sync.done,
                total: sync.total,
            }),
            last_error: status.last_error.as_ref().map(|error| LastError {
                at: error.at,
                code: error.code.clone(),
                class: error.class,
                message: error.message.clone(),
            }),
        }
    }
}

impl From<&ConnectionState> for Connection {
    fn from(state: &ConnectionState) -> Self {
        match state.clone() {
            ConnectionState::NoNetwork => Self::NoNetwork,
            ConnectionState::Connecting {
                attempt,
                next_retry_at,
            } => Self::Connecting {
                attempt,
                next_retry_at,
            },
            ConnectionState::Checking => Self::Checking,
            ConnectionState::Online => Self::Online,
            ConnectionState::ServerUnreachable {
                attempt,
                next_retry_at,
            } => Self::ServerUnreachable {
                attempt,
                next_retry_at,
            },
            ConnectionState::Paused { reason, message } => Self::Paused { reason, message },
            ConnectionState::Draining => Self::Draining,
            ConnectionState::Storage { problem } => Self::Storage { problem },
            ConnectionState::Failed { message } => Self::Failed { message },
        }
    }
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
sync_core::fields_from! { Mutation { name, user, approved_by = "approvedBy": skip, steps } }
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
sync_core::fields_to! {
    Status {
        connection, since, registered, pending, oldest_pending_at = "oldestPendingAt", attention,
        last_synced_at = "lastSyncedAt", first_sync = "firstSync", last_error = "lastError"
    }
}
sync_core::fields_to! { FirstSync { done, total } }
sync_core::fields_to! { LastError { at, code, class, message } }

impl ToJson for Connection {
    /// The name of the state and, beside it, what the state carries.
    fn write(&self, out: &mut String) {
        let always = |name| (name, Mode::Always);
        let (state, names, values): (&str, [&'static str; 2], [&dyn ToJson; 2]) = match self {
            Self::Connecting {
                attempt,
                next_retry_at,
            } => ("connecting", RETRIES, [attempt, next_retry_at]),
            Self::ServerUnreachable {
                attempt,
                next_retry_at,
            } => ("server_unreachable", RETRIES, [attempt, next_retry_at]),
            Self::Paused { reason, message } => {
                ("paused", ["reason", "message"], [reason, message])
            }
            Self::Storage { problem } => ("storage", ["problem", ""], [problem, &()]),
            Self::Failed { message } => ("failed", ["message", ""], [message, &()]),
            Self::NoNetwork => ("no_network", [""; 2], [&(), &()]),
            Self::Checking => ("checking", [""; 2], [&(), &()]),
            Self::Online => ("online", [""; 2], [&(), &()]),
            Self::Draining => ("draining", [""; 2], [&(), &()]),
            Self::OtherTab => ("other_tab", [""; 2], [&(), &()]),
        };
        let shape = [always("state"), always(names[0]), always(names[1])];
        let count = 1 + names.iter().filter(|name| !name.is_empty()).count();
        write_fields(out, &shape[..count], &[&state, values[0], values[1]]);
    }
}

const RETRIES: [&str; 2] = ["attempt", "nextRetryAt"];
