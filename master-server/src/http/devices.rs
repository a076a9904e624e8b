//! The devices of the store, for people.

use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};
use sync_core::{Code, DeviceId, RecordId, WireError};

use super::error::Problem;
use super::extract::{Caller, Json};
use crate::ledger::{Command, Entry, head};
use crate::state::AppState;

/// Who asks for something, as the device claims.
#[derive(Debug, Deserialize)]
pub(crate) struct Asking {
    by: Option<RecordId>,
}

/// Every device that ever joined, and how those stand that were heard of.
pub(crate) async fn list(
    State(state): State<AppState>,
    Caller(_): Caller,
) -> Result<Json<Value>, Problem> {
    let devices = state.ledger.devices().await?;
    let head = state.ledger.read(|reading| head(reading.connection));
    let (head, _) = head.await?;
    Ok(Json(json!({
        "devices": devices,
        "online": state.hub.devices(),
        "heard": state.devices_at(head),
    })))
}

/// Takes a device's access away.
pub(crate) async fn revoke(
    State(state): State<AppState>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    Query(asking): Query<Asking>,
) -> Result<Json<Value>, Problem> {
    if !caller.info.kind.sells() || caller.info.read_only {
        return Err(WireError::new(Code::Forbidden, "this device may not do that").into());
    }
    let device: DeviceId = id
        .parse()
        .map_err(|_| WireError::new(Code::NotFound, "there is no such device"))?;
    if let Some(by) = asking.by {
        let asked = Entry::new(
            "revoke_asked",
            Some(caller.info.id),
            json!({ "device": device }),
        );
        let asked = asked.by(Some(by.to_string()));
        state.ledger.command(Command::Audit(asked)).await?;
    }
    state.ledger.command(Command::Revoke { device }).await?;
    Ok(Json(json!({ "revoked": device })))
}
