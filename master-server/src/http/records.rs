//! The records of a store for programs that are no device of their own: read by filter, written
//! with `If-Match`.
//!
//! Knows nothing but the schema. What is written is proposed by this node in the name of a person,
//! so that rules, audit, outcome and fan-out are those of every other mutation. Only collections
//! that every kind of device holds are here at all: a verifier of a PIN is not.

mod filter;
mod write;

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::http::header::{ETAG, IF_MATCH, IF_NONE_MATCH, LOCATION};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sync_core::{
    ARCHIVED, Code, Collection, CollectionName, DeviceInfo, Document, FieldPatch, Millis, Op,
    Position, Record, RecordId, Value, WireError, map_of,
};

use super::error::{Clash, Problem};
use super::extract::{Caller, Json};
use crate::ledger::{Seen, SqlRecords};
use crate::service::serving;
use crate::state::AppState;
use write::{Writing, written};

/// A page ends after so many bytes of documents.
const PAGE_BYTES: usize = 1 << 20;

/// A record as these doors show it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Shown {
    id: RecordId,
    /// The position of the mutation that last changed it.
    version: Position,
    /// When the master decided that one: what it shows is in sync since then.
    synced_at: Millis,
    /// What `If-Match` takes.
    etag: String,
    doc: Document,
}

/// Who writes, as the device claims.
#[derive(Debug, Deserialize)]
pub(crate) struct By {
    by: Option<String>,
}

/// A record to be made.
#[derive(Debug, Deserialize)]
pub(crate) struct New {
    /// Its id, so that asking twice makes one.
    id: Option<RecordId>,
    doc: Document,
}

/// Fields to be changed; `null` takes a value away.
#[derive(Debug, Deserialize)]
pub(crate) struct Changed {
    doc: BTreeMap<String, Option<Value>>,
}

/// Records by what their fields say.
pub(crate) async fn list(
    State(state): State<AppState>,
    Caller(_): Caller,
    Path(name): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Json<serde_json::Value>, Problem> {
    serving(&state.ledger)?;
    let known = open_to_all(&state, &name)?.clone();
    let selection = filter::selection(&known, &query)?;
    let offset = selection.offset;
    let found = state
        .ledger
        .read(move |reading| {
            SqlRecords::new(reading.connection, reading.schema).select(&name, &selection)
        })
        .await?;
    let mut bytes = 0;
    let items = found.records.iter().take_while(|record| {
        let fits = bytes < PAGE_BYTES;
        bytes += record.doc.canonical().len();
        fits
    });
    let items: Vec<Shown> = items.map(|record| shown(&known, record)).collect();
    let next = u64::from(offset) + items.len() as u64;
    let next = (next < found.total && !items.is_empty()).then_some(next);
    Ok(Json(
        json!({ "items": items, "total": found.total, "next": next }),
    ))
}

/// One record.
pub(crate) async fn one(
    State(state): State<AppState>,
    Caller(_): Caller,
    Path((name, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    serving(&state.ledger)?;
    let known = open_to_all(&state, &name)?;
    let record = live(&state, &name, id_of(&id)?).await?.ok_or_else(gone)?;
    let shown = shown(known, &record);
    if text(&headers, &IF_NONE_MATCH) == Some(&shown.etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, shown.etag)]).into_response());
    }
    Ok(answer(StatusCode::OK, &shown))
}

/// Makes a record.
pub(crate) async fn make(
    State(state): State<AppState>,
    Caller(device): Caller,
    Path(name): Path<String>,
    Query(by): Query<By>,
    Json(new): Json<New>,
) -> Result<Response, Clash> {
    let (by, known) = may_write(&state, &device.info, &name, &by)?;
    let fresh = || RecordId::new(state.ledger.env().now(), state.ledger.env().random());
    let id = new.id.unwrap_or_else(fresh);
    let wanted = new.doc.clone();
    let op = Op::Insert {
        collection: CollectionName::from(name.as_str()),
        id,
        doc: new.doc,
    };
    let writing = Writing {
        device: &device.info,
        by,
        op,
        seen: None,
        wanted: Some(wanted),
    };
    let record = written(&state, known, writing).await?.ok_or_else(gone)?;
    let place = format!("/v1/{name}/{id}");
    let answer = answer(StatusCode::CREATED, &record);
    Ok(([(LOCATION, place)], answer).into_response())
}

/// Changes fields of a record that is still as it was seen.
pub(crate) async fn change(
    State(state): State<AppState>,
    Caller(device): Caller,
    Path((name, id)): Path<(String, String)>,
    Query(by): Query<By>,
    headers: HeaderMap,
    Json(changed): Json<Changed>,
) -> Result<Response, Clash> {
    let (by, known) = may_write(&state, &device.info, &name, &by)?;
    let of = |current: &Document| {
        let mut wanted = current.clone();
        for (field, value) in &changed.doc {
            wanted.set(field.as_str(), value.clone());
        }
        wanted
    };
    let seen = seen(&state, known, (&name, &id), &headers, of).await?;
    let current = &seen.record.doc;
    let fields = changed.doc.into_iter().map(|(field, now)| {
        let was = current.get(&field).cloned();
        (field, FieldPatch::new(was, now))
    });
    let mut fields = map_of(fields.filter(|(_, patch)| patch.was != patch.now));
    if fields.is_empty() {
        return Ok(answer(StatusCode::OK, &shown(known, &seen.record)));
    }
    // Who names the version of an archived record knows that it is archived and means it so.
    if known.is_archived(current) && !fields.contains_key(ARCHIVED) {
        let archived = current.get(ARCHIVED).cloned();
        let stays = FieldPatch::new(archived.clone(), archived);
        fields.insert(ARCHIVED.to_owned(), stays);
    }
    let op = Op::Patch {
        collection: CollectionName::from(name.as_str()),
        id: seen.record.id,
        fields,
    };
    let writing = Writing {
        device: &device.info,
        by,
        op,
        seen: Some(seen.as_it_stood(&name, known)),
        wanted: Some(seen.wanted),
    };
    let record = written(&state, known, writing).await?.ok_or_else(gone)?;
    Ok(answer(StatusCode::OK, &record))
}

/// Archives a record that is still as it was seen, or deletes it where its collection does not
/// archive.
pub(crate) async fn remove(
    State(state): State<AppState>,
    Caller(device): Caller,
    Path((name, id)): Path<(String, String)>,
    Query(by): Query<By>,
    headers: HeaderMap,
) -> Result<Response, Clash> {
    let (by, known) = may_write(&state, &device.info, &name, &by)?;
    let archives = known.fields.contains_key(ARCHIVED);
    let of = |current: &Document| current.clone().with(ARCHIVED, true);
    let seen = seen(&state, known, (&name, &id), &headers, of).await?;
    let (collection, id) = (CollectionName::from(name.as_str()), seen.record.id);
    let op = if archives {
        let was = seen.record.doc.get(ARCHIVED).cloned();
        let archived = FieldPatch::new(was, Some(Value::Bool(true)));
        Op::Patch {
            collection,
            id,
            fields: [(ARCHIVED.to_owned(), archived)].into(),
        }
    } else {
        let was = known.own(&seen.record.doc).digest();
        Op::Delete {
            collection,
            id,
            was,
        }
    };
    let writing = Writing {
        device: &device.info,
        by,
        op,
        seen: Some(seen.as_it_stood(&name, known)),
        wanted: archives.then_some(seen.wanted),
    };
    Ok(match written(&state, known, writing).await? {
        Some(record) => answer(StatusCode::OK, &record),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

/// A record as it stands, and as the request wants it.
struct Standing {
    record: Record,
    wanted: Document,
}

impl Standing {
    fn as_it_stood(&self, name: &str, known: &Collection) -> Seen {
        Seen {
            collection: name.into(),
            id: self.record.id,
            digest: known.own(&self.record.doc).digest(),
        }
    }
}

/// Reads what is to be changed and refuses what somebody else changed since it was seen.
async fn seen(
    state: &AppState,
    known: &Collection,
    (name, id): (&str, &str),
    headers: &HeaderMap,
    wanted: impl FnOnce(&Document) -> Document,
) -> Result<Standing, Clash> {
    let Some(expected) = text(headers, &IF_MATCH) else {
        let message = "say which version you saw: send its etag as if-match";
        return Err(WireError::new(Code::Validation, message)
            .of_field("if-match")
            .into());
    };
    let record = live(state, name, id_of(id)?).await?.ok_or_else(gone)?;
    let now = shown(known, &record);
    let wanted = wanted(&now.doc);
    if expected != "*" && expected != now.etag {
        return Err(clash(&now, &wanted));
    }
    Ok(Standing { record, wanted })
}

/// Both versions of a record that somebody else changed.
fn clash(theirs: &Shown, mine: &Document) -> Clash {
    let message = "somebody else changed this meanwhile";
    Clash::new(
        message,
        [("theirs", json!(theirs)), ("mine", json!({ "doc": mine }))],
    )
}

/// A collection that every device may hold.
fn open_to_all<'s>(state: &'s AppState, name: &str) -> Result<&'s Collection, WireError> {
    let known = state.ledger.schema().collection(name);
    known
        .filter(|known| known.scope.kinds.is_empty())
        .ok_or_else(|| WireError::new(Code::NotFound, format!("there are no {name} here")))
}

fn may_write<'s>(
    state: &'s AppState,
    device: &DeviceInfo,
    name: &str,
    by: &By,
) -> Result<(RecordId, &'s Collection), WireError> {
    serving(&state.ledger)?;
    let known = open_to_all(state, name)?;
    if device.read_only {
        let message = "this device may look but not write";
        return Err(WireError::new(Code::Forbidden, message));
    }
    if known.kind != sync_core::Kind::Shared {
        let message = format!("{name} are not written this way");
        return Err(WireError::new(Code::Forbidden, message));
    }
    let by = by.by.as_ref().and_then(|by| by.parse().ok());
    let by = by.ok_or_else(|| {
        let message = "say who writes this: by is the id of an employee";
        WireError::new(Code::Validation, message).of_field("by")
    })?;
    Ok((by, known))
}

async fn live(state: &AppState, name: &str, id: RecordId) -> Result<Option<Record>, WireError> {
    let name = name.to_owned();
    let read = state
        .ledger
        .read(move |reading| SqlRecords::new(reading.connection, reading.schema).read(&name, id));
    Ok(read.await?.filter(Record::is_live))
}

fn shown(known: &Collection, record: &Record) -> Shown {
    Shown {
        id: record.id,
        version: record.version,
        synced_at: record.at,
        etag: format!("\"{}\"", known.own(&record.doc).digest()),
        doc: record.doc.clone(),
    }
}

fn answer(status: StatusCode, shown: &Shown) -> Response {
    (status, [(ETAG, shown.etag.clone())], Json(shown)).into_response()
}

fn id_of(id: &str) -> Result<RecordId, WireError> {
    id.parse().map_err(|_| gone())
}

fn gone() -> WireError {
    WireError::new(Code::NotFound, "there is no such record")
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
