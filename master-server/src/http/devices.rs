//! The devices of the store, for people.

use axum::extract::{Path, State};
use serde_json::{Value, json};
use sync_core::{Code, DeviceId, WireError};

use super::error::Problem;
use super::extract::{Caller, Json};
use crate::ledger::Command;
use crate::state::AppState;

/// Every device that ever joined.
pub(crate) async fn list(
    State(state): State<AppState>,
    Caller(_): Caller,
) -> Result<Json<Value>, Problem> {
    let devices = state.ledger.devices().await?;
    Ok(Json(
        json!({ "devices": devices, "online": state.hub.devices() }),
    ))
}

/// Takes a device's access away.
pub(crate) async fn revoke(
    State(state): State<AppState>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    if !caller.info.kind.sells() || caller.info.read_only {
        return Err(WireError::new(Code::Forbidden, "this device may not do that").into());
    }
    let device: DeviceId = id
        .parse()
        .map_err(|_| WireError::new(Code::NotFound, "there is no such device"))?;
    state.ledger.command(Command::Revoke { device }).await?;
    Ok(Json(json!({ "revoked": device })))
}
