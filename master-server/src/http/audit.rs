//! Looking at the audit log, which is itself written there.

use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};
use sync_core::{Code, DeviceId, Millis, RecordId, WireError};

use super::error::Problem;
use super::extract::Json;
use super::looker::Looker;
use super::looks::{Look, Part};
use crate::ledger::{Command, Entry, Filter, Written, read_audit};
use crate::state::AppState;

/// A page has at most so many entries.
const PAGE: u32 = 500;

/// Which entries are wanted.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct AuditQuery {
    kind: Option<String>,
    action: Option<String>,
    entity: Option<String>,
    record: Option<RecordId>,
    device: Option<DeviceId>,
    #[serde(alias = "user")]
    actor: Option<String>,
    from: Option<Millis>,
    to: Option<Millis>,
    search: Option<String>,
    before: Option<u64>,
    /// Goes on with a look: what was written since this number.
    after: Option<u64>,
    /// Who looks, as the device claims.
    by: Option<RecordId>,
    limit: Option<u32>,
}

/// Who looks at one entry, as the device claims.
#[derive(Debug, Deserialize)]
pub(crate) struct Looking {
    by: Option<RecordId>,
}

/// Entries, newest first; `next` is the `before` of the page after this one. A page may be short, or
/// empty, and still have one: a search looks through a part of the log at a time. `head` is the
/// `after` of what goes on with this look, also where nothing was found.
pub(crate) async fn read(
    State(state): State<AppState>,
    looker: Looker,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Value>, Problem> {
    page(&state, &looker, query).await
}

/// What was decided of what devices sent, newest first; another kind of entry where one is asked
/// for.
pub(crate) async fn of_sync(
    State(state): State<AppState>,
    looker: Looker,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Value>, Problem> {
    let kind = query.kind.clone().or(Some("decision".to_owned()));
    page(&state, &looker, AuditQuery { kind, ..query }).await
}

/// What was done to one record, newest first.
pub(crate) async fn of_record(
    State(state): State<AppState>,
    looker: Looker,
    Path((entity, record)): Path<(String, String)>,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Value>, Problem> {
    let record = record.parse().map_err(|_| {
        let message = "there is no such record";
        WireError::new(Code::NotFound, message)
    })?;
    let query = AuditQuery {
        entity: Some(entity),
        record: Some(record),
        ..query
    };
    page(&state, &looker, query).await
}

/// One entry.
pub(crate) async fn one(
    State(state): State<AppState>,
    looker: Looker,
    Path(number): Path<String>,
    Query(looking): Query<Looking>,
) -> Result<Json<Written>, Problem> {
    let nothing = || WireError::new(Code::NotFound, "there is no such entry");
    let number: u64 = number.parse().map_err(|_| nothing())?;
    looker.check(&state, looking.by).await?;
    written_down(&state, &looker, looking.by, json!({ "number": number })).await?;
    let filter = Filter {
        number: Some(number),
        limit: 1,
        ..Filter::default()
    };
    let found = state
        .ledger
        .read(move |reading| read_audit(reading.connection, &filter))
        .await?;
    Ok(Json(found.entries.into_iter().next().ok_or_else(nothing)?))
}

async fn page(
    state: &AppState,
    looker: &Looker,
    query: AuditQuery,
) -> Result<Json<Value>, Problem> {
    looker.check(state, query.by).await?;
    let mut about = json!({
        "kind": query.kind,
        "action": query.action,
        "entity": query.entity,
        "record": query.record,
        "device": query.device,
        "actor": query.actor,
        "from": query.from,
        "to": query.to,
        "search": query.search,
    });
    let look = Look {
        device: looker.device,
        by: query.by,
        about: about.to_string(),
    };
    let part = Part {
        before: query.before,
        after: query.after,
    };
    let now = state.ledger.env().now();
    let goes_on = state.looks.goes_on(&look, part, now);
    if !goes_on {
        about["before"] = json!(query.before);
        written_down(state, looker, query.by, about).await?;
    }
    let limit = query.limit.unwrap_or(100).clamp(1, PAGE);
    let filter = Filter {
        kind: query.kind,
        device: query.device,
        actor: query.actor,
        action: query.action,
        collection: query.entity,
        record: query.record,
        from: query.from,
        to: query.to,
        text: query.search.filter(|text| !text.is_empty()),
        number: None,
        before: query.before,
        after: query.after,
        limit,
    };
    let found = state
        .ledger
        .read(move |reading| read_audit(reading.connection, &filter))
        .await?;
    if !goes_on {
        state.looks.begin(look.clone(), part, found.head, now);
    }
    state.looks.told(&look, part, found.next);
    let (entries, next, head) = (found.entries, found.next, found.head);
    Ok(Json(
        json!({ "entries": entries, "next": next, "head": head }),
    ))
}

async fn written_down(
    state: &AppState,
    looker: &Looker,
    by: Option<RecordId>,
    about: Value,
) -> Result<(), WireError> {
    let looked = Entry::new("audit_viewed", Some(looker.device), about);
    let looked = looked.by(by.map(|by| by.to_string()));
    state.ledger.command(Command::Audit(looked)).await?;
    Ok(())
}
