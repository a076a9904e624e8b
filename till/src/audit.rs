//! The audit, which the master keeps: read page by page, and said in words.

use std::collections::BTreeSet;

use retail::{Permission, collection};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use sync_client::Client;
use sync_client::transport::Method;
use sync_core::{DeviceId, FieldType, Millis, RecordId, Schema};

use crate::error::TillError;
use crate::inspect::name_of;
use crate::master::encoded;
use crate::till::Till;

/// Which entries are wanted; all that is given must hold.
#[derive(Debug, Deserialize)]
#[cfg_attr(
    feature = "types",
    derive(ts_rs::TS),
    ts(optional_fields = nullable)
)]
pub(crate) struct AuditQuery {
    #[cfg_attr(feature = "types", ts(as = "Option<RecordId>"))]
    actor: Option<String>,
    device: Option<DeviceId>,
    /// A mutation such as `edit_product`, or what is done without one, such as `enrolled`.
    action: Option<String>,
    entity: Option<String>,
    record: Option<RecordId>,
    from: Option<Millis>,
    to: Option<Millis>,
    /// Text anywhere in what was changed, capital or small.
    search: Option<String>,
    /// Only entries before this number: the next page.
    before: Option<u64>,
    /// Only entries after this number: what came since.
    after: Option<u64>,
    /// At most 500.
    limit: Option<u32>,
}

/// A page of the audit.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct AuditPage {
    /// Newest first.
    entries: Vec<AuditEntry>,
    /// The `before` of the page after this one; null at the end.
    next: Option<u64>,
    /// The newest entry of all, found or not: the `after` of what is written from here on.
    head: u64,
}

#[derive(Deserialize)]
struct Page {
    entries: Vec<Entry>,
    next: Option<u64>,
    head: u64,
}

#[derive(Deserialize)]
struct Entry {
    number: u64,
    at: Millis,
    kind: String,
    device: Option<DeviceId>,
    actor: Option<String>,
    payload: Option<Json>,
}

#[derive(Default, Deserialize)]
struct Payload {
    mutation: Option<String>,
    verdict: Option<String>,
    #[serde(default)]
    records: Vec<Touched>,
    refusal: Option<Said>,
    #[serde(default)]
    flags: Vec<Said>,
    approved_by: Option<String>,
    /// Who asked the master to do something itself.
    by: Option<String>,
    #[serde(flatten)]
    more: Map<String, Json>,
}

#[derive(Deserialize)]
struct Said {
    message: String,
}

#[derive(Deserialize)]
struct Touched {
    collection: String,
    id: RecordId,
    #[serde(default)]
    deleted: bool,
    before: Option<Map<String, Json>>,
    after: Option<Map<String, Json>>,
}

/// One entry, in words.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
struct AuditEntry {
    number: u64,
    at: Millis,
    /// The name of the mutation, or the kind of what is done without one.
    action: String,
    device: Option<DeviceId>,
    #[cfg_attr(feature = "types", ts(as = "Option<RecordId>"))]
    actor: Option<String>,
    /// Null where nobody did it, or this device does not know who.
    actor_name: Option<String>,
    approved_by_name: Option<String>,
    #[cfg_attr(feature = "types", ts(as = "Option<sync_core::Verdict>"))]
    verdict: Option<String>,
    /// Why it was refused, or what was remarkable about it.
    reasons: Vec<String>,
    records: Vec<AuditRecord>,
    /// What else is told of what is no change of records.
    #[cfg_attr(feature = "types", ts(as = "sync_core::Document"))]
    about: Map<String, Json>,
    /// Its content was erased; that it happened is still proved.
    erased: bool,
}

/// A record that an entry is about.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
struct AuditRecord {
    #[cfg_attr(feature = "types", ts(as = "sync_core::CollectionName"))]
    collection: String,
    id: RecordId,
    label: Option<String>,
    step: AuditStep,
    changes: Vec<AuditChange>,
}

/// What became of a record. `recorded`: a receipt or the like, which is never changed and needs no
/// comparison.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
enum AuditStep {
    Created,
    Changed,
    Deleted,
    Recorded,
}

/// A field as it was and as it is.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
struct AuditChange {
    field: String,
    #[serde(rename = "as")]
    said_as: SaidAs,
    #[cfg_attr(feature = "types", ts(as = "sync_core::Value"))]
    was: Json,
    #[cfg_attr(feature = "types", ts(as = "sync_core::Value"))]
    is: Json,
}

/// How to say a value.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
enum SaidAs {
    Money,
    Quantity,
    Rate,
    Time,
    Device,
    Plain,
}

impl Till {
    /// A page of the audit.
    pub(crate) async fn audit(&self, query: AuditQuery) -> Result<AuditPage, TillError> {
        let by = self.needs(Permission::ViewAudit)?;
        let path = query.path(&by);
        let page: Page = self.asked("The audit", Method::Get, &path, None).await?;
        let (client, schema) = (self.client()?, retail::schema());
        let entries = page.entries.into_iter();
        Ok(AuditPage {
            entries: entries.map(|entry| view(&client, schema, entry)).collect(),
            next: page.next,
            head: page.head,
        })
    }
}

impl AuditQuery {
    fn path(&self, by: &str) -> String {
        let mut path = format!("/v1/audit?by={by}");
        let mut add = |name: &str, value: Option<String>| {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                path.push_str(&format!("&{name}={}", encoded(&value)));
            }
        };
        add("actor", self.actor.clone());
        add("device", self.device.map(|id| id.to_string()));
        add("action", self.action.clone());
        add("entity", self.entity.clone());
        add("record", self.record.map(|id| id.to_string()));
        add("from", self.from.map(|at| at.0.to_string()));
        add("to", self.to.map(|at| at.0.to_string()));
        add("search", self.search.clone());
        add("before", self.before.map(|number| number.to_string()));
        add("after", self.after.map(|number| number.to_string()));
        add("limit", self.limit.map(|limit| limit.to_string()));
        path
    }
}

fn view(client: &Client, schema: &Schema, entry: Entry) -> AuditEntry {
    let erased = entry.payload.is_none();
    // What is no decision has a content of its own shape.
    let payload: Payload = entry
        .payload
        .and_then(|payload| serde_json::from_value(payload).ok())
        .unwrap_or_default();
    let person = |id: &Option<String>| {
        let id = id.as_ref()?.parse().ok()?;
        name_of(client, collection::EMPLOYEES, id)
    };
    let is_id = |by: &String| by.parse::<RecordId>().is_ok();
    let actor = entry.actor.or(payload.by.filter(is_id));
    let reasons = payload.refusal.into_iter().chain(payload.flags);
    let touched = payload.records.into_iter();
    AuditEntry {
        number: entry.number,
        at: entry.at,
        action: payload.mutation.unwrap_or(entry.kind),
        device: entry.device,
        actor_name: person(&actor),
        actor,
        approved_by_name: person(&payload.approved_by),
        verdict: payload.verdict,
        reasons: reasons.map(|said| said.message).collect(),
        records: touched.map(|each| record(client, schema, each)).collect(),
        about: payload.more,
        erased,
    }
}

fn record(client: &Client, schema: &Schema, touched: Touched) -> AuditRecord {
    let label = label_of(client, &touched.collection, touched.id);
    let known = schema.collection(&touched.collection);
    let (mut before, mut after) = (
        touched.before.unwrap_or_default(),
        touched.after.unwrap_or_default(),
    );
    // Of what is new nothing was before; of a fact neither side is told.
    let step = match (touched.deleted, before.is_empty(), after.is_empty()) {
        (true, _, _) => AuditStep::Deleted,
        (false, true, false) => AuditStep::Created,
        (false, true, true) => AuditStep::Recorded,
        (false, false, _) => AuditStep::Changed,
    };
    let fields: BTreeSet<String> = before.keys().chain(after.keys()).cloned().collect();
    let changes = fields.into_iter().map(|field| {
        let kind = known.and_then(|known| known.fields.get(&field));
        let said = |side: &mut Map<String, Json>| {
            let value = side.remove(&field).unwrap_or_default();
            named(client, kind.map(|field| &field.kind), value)
        };
        let (was, is) = (said(&mut before), said(&mut after));
        AuditChange {
            said_as: kind.map_or(SaidAs::Plain, |field| said_as(&field.kind)),
            was,
            is,
            field,
        }
    });
    AuditRecord {
        changes: changes.collect(),
        collection: touched.collection,
        id: touched.id,
        label,
        step,
    }
}

/// What people call a record, or else what it is of.
fn label_of(client: &Client, name: &str, id: RecordId) -> Option<String> {
    name_of(client, name, id).or_else(|| {
        let doc = client.get(name, id)?.doc;
        let product = doc.text("product")?.parse().ok()?;
        name_of(client, collection::PRODUCTS, product)
    })
}

/// The name of what a value refers to, where this till knows it.
fn named(client: &Client, kind: Option<&FieldType>, value: Json) -> Json {
    let (Some(FieldType::Ref(target)), Some(id)) = (kind, value.as_str()) else {
        return value;
    };
    let name = id.parse().ok().and_then(|id| name_of(client, target, id));
    name.map_or(value, Json::String)
}

fn said_as(kind: &FieldType) -> SaidAs {
    match kind {
        FieldType::Money => SaidAs::Money,
        FieldType::Quantity => SaidAs::Quantity,
        FieldType::Rate => SaidAs::Rate,
        FieldType::Time => SaidAs::Time,
        FieldType::Device => SaidAs::Device,
        _ => SaidAs::Plain,
    }
}
