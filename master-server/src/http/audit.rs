//! Looking at the audit log, which is itself written there.

use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};
use sync_core::DeviceId;

use super::error::Problem;
use super::extract::{Caller, Json};
use crate::ledger::{Command, Entry, Filter, read_audit};
use crate::state::AppState;

/// A page has at most so many entries.
const PAGE: u32 = 500;

/// Which entries are wanted.
#[derive(Debug, Deserialize)]
pub(crate) struct AuditQuery {
    kind: Option<String>,
    device: Option<DeviceId>,
    actor: Option<String>,
    before: Option<u64>,
    limit: Option<u32>,
}

/// Entries, newest first; `next` is the `before` of the page after this one.
pub(crate) async fn read(
    State(state): State<AppState>,
    Caller(device): Caller,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Value>, Problem> {
    let about = json!({
        "kind": query.kind,
        "device": query.device,
        "actor": query.actor,
        "before": query.before,
    });
    let looked = Entry::new("audit_viewed", Some(device.info.id), about);
    state.ledger.command(Command::Audit(looked)).await?;
    let limit = query.limit.unwrap_or(100).clamp(1, PAGE);
    let filter = Filter {
        kind: query.kind,
        device: query.device,
        actor: query.actor,
        before: query.before,
        limit,
    };
    let entries = state
        .ledger
        .read(move |reading| read_audit(reading.connection, &filter))
        .await?;
    let full = entries.len() as u32 == limit;
    let next = entries.last().filter(|_| full).map(|entry| entry.number);
    Ok(Json(json!({ "entries": entries, "next": next })))
}
