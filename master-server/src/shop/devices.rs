//! A manager takes devices in, names them and sends them away.

use crate::ledger::{CodeTerms, Command, Entry, Reading};
use crate::{AppState, Caller, Json, Peer, Problem, open_code as open, short_name};
use axum::extract::{Path, Query, State};
use retail::Permission;
use serde::Deserialize;
use serde_json::{Value, json};
use sync_core::{Code, DeviceId, DeviceInfo, RecordId, WireError};

use super::allowed::allowed;

/// What a one-time code shall let in.
#[derive(Deserialize)]
pub(super) struct NewCode {
    /// Who opens it, as the device claims.
    by: RecordId,
    #[serde(flatten)]
    terms: CodeTerms,
}

/// How a device shall be called.
#[derive(Deserialize)]
pub(super) struct NewName {
    /// Who says so, as the device claims.
    by: RecordId,
    name: String,
}

/// Who asks for something.
#[derive(Deserialize)]
pub(super) struct Asking {
    /// As the device claims.
    by: Option<RecordId>,
}

/// Opens a one-time code for a further device.
pub(super) async fn open_code(
    State(state): State<AppState>,
    caller: Caller,
    peer: Peer,
    Json(new): Json<NewCode>,
) -> Result<Json<Value>, Problem> {
    peer.limit(&state)?;
    may(&state, &caller, new.by).await?;
    if let Some(name) = &new.terms.name {
        short_name(name)?;
    }
    let about = json!({ "terms": new.terms });
    let asked = Entry::new("code_asked", Some(caller.0.info.id), about);
    let asked = Command::Audit(asked.by(Some(new.by.to_string())));
    state.ledger.command(asked).await?;
    let (code, expires_at) = open(&state.ledger, new.terms).await?;
    let lan = state.lan.as_ref();
    let reach = lan.and_then(|lan| lan.reach(state.config.listen));
    Ok(Json(
        json!({ "code": code, "expires_at": expires_at, "reach": reach }),
    ))
}

/// Calls a device something else, and tells everybody online.
pub(super) async fn rename(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    Json(new): Json<NewName>,
) -> Result<Json<Value>, Problem> {
    may(&state, &caller, new.by).await?;
    let device: DeviceId = id
        .parse()
        .map_err(|_| WireError::new(Code::NotFound, "there is no such device"))?;
    let name = short_name(&new.name)?.to_owned();
    let before = state.ledger.device(device).await?;
    let rename = Command::Rename {
        device,
        name: name.clone(),
        by: Some(new.by.to_string()),
    };
    state.ledger.command(rename).await?;
    if before.is_some_and(|before| before.info.name != name) {
        let words = async |now: &DeviceInfo| Ok(format!("called {} from now on", now.name));
        state.role_changed(device, words).await?;
    }
    Ok(Json(json!({ "device": device, "name": name })))
}

/// Takes a device's access away.
pub(super) async fn revoke(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    Query(asking): Query<Asking>,
) -> Result<Json<Value>, Problem> {
    let by = asking.by.ok_or_else(|| {
        let message = "say who sends it away: by is the id of an employee";
        WireError::new(Code::Validation, message).of_field("by")
    })?;
    may(&state, &caller, by).await?;
    let device: DeviceId = id
        .parse()
        .map_err(|_| WireError::new(Code::NotFound, "there is no such device"))?;
    let about = json!({ "device": device });
    let asked = Entry::new("revoke_asked", Some(caller.0.info.id), about);
    let asked = Command::Audit(asked.by(Some(by.to_string())));
    state.ledger.command(asked).await?;
    state.ledger.command(Command::Revoke { device }).await?;
    Ok(Json(json!({ "revoked": device })))
}

/// Whether somebody may look after devices, on the device that asks.
async fn may(state: &AppState, caller: &Caller, by: RecordId) -> Result<(), WireError> {
    let info = &caller.0.info;
    if !info.kind.sells() || info.read_only {
        return Err(WireError::new(
            Code::Forbidden,
            "this device may not do that",
        ));
    }
    let may = move |reading: &Reading<'_>| allowed(reading, by, Permission::ManageDevices);
    if !state.ledger.read(may).await? {
        let message = "looking after devices is not allowed in that role";
        return Err(WireError::new(Code::Forbidden, message));
    }
    Ok(())
}
