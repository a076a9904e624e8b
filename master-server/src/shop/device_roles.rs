//! Which devices may stand in for the master: looked at by everybody, set by a manager.

use crate::ledger::{Command, Device, Entry, LedgerError, Reading, SqlRecords};
use crate::{AppState, Caller, Clash, Json, Problem, error_of};
use axum::extract::{Path, State};
use retail::{DeviceRole, Occasion, Person, Role, collection, device_role_id, set_device_role};
use serde::Deserialize;
use serde_json::{Value, json};
use sync_core::{Code, DeviceId, DeviceInfo, Document, Record, RecordId, Verified, WireError};

/// What a device may do from now on.
#[derive(Deserialize)]
pub(super) struct NewRole {
    /// Who says so, as the device claims.
    by: RecordId,
    /// As it is: who is master is not set here.
    role: Option<String>,
    /// The larger goes first.
    priority: Option<i64>,
    /// Whether it may stand in at all.
    active: Option<bool>,
}

/// Every device with its role.
pub(super) async fn list(
    State(state): State<AppState>,
    Caller(_): Caller,
) -> Result<Json<Value>, Problem> {
    let mut roles = Vec::new();
    for device in state.ledger.devices().await? {
        roles.push(one_of(&state, device).await?);
    }
    Ok(Json(json!({ "roles": roles })))
}

/// One device with its role.
pub(super) async fn one(
    State(state): State<AppState>,
    Caller(_): Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let device = device(&state, &id).await?;
    Ok(Json(one_of(&state, device).await?))
}

/// Sets how far a device may stand in.
pub(super) async fn set(
    State(state): State<AppState>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    Json(new): Json<NewRole>,
) -> Result<Json<Value>, Clash> {
    if !caller.info.kind.sells() || caller.info.read_only {
        return Err(WireError::new(Code::Forbidden, "this device may not do that").into());
    }
    let device = device(&state, &id).await?;
    let id = device.info.id;
    let seen = state.ledger.read(move |reading| known(reading, id)).await?;
    let role = role_of(&state, &device, seen.as_ref());
    if new.role.as_ref().is_some_and(|wanted| *wanted != role.role) {
        let message = "a device becomes master by taking over, not by being told here";
        return Err(WireError::new(Code::Validation, message)
            .of_field("role")
            .into());
    }
    let wanted = DeviceRole {
        priority: new.priority.or(role.priority),
        active: new.active.or(role.active),
        ..role
    };
    let occasion = Occasion {
        person: Person {
            id: new.by,
            name: String::new(),
            // The rules look at the employee's own role.
            role: Role::Viewer,
            verified: Verified::Host,
            approved_by: None,
        },
        ..Occasion::system(state.ledger.identity().node, state.ledger.env().now())
    };
    if let Ok(body) = set_device_role(&occasion, seen.as_ref(), &wanted) {
        let about = json!({ "by": new.by, "device": id });
        let asked = Entry::new("device_role_set", Some(caller.info.id), about);
        let asked = asked.by(Some(new.by.to_string()));
        state.ledger.command(Command::Audit(asked)).await?;
        let outcomes = state.ledger.propose(vec![body]).await?;
        if let Some(refusal) = outcomes
            .first()
            .and_then(|outcome| outcome.refusal.as_ref())
        {
            return Err(error_of(refusal).into());
        }
        let words = async |_: &DeviceInfo| {
            let now = state.ledger.read(move |reading| known(reading, id)).await?;
            Ok(in_words(&role_of(&state, &device, now.as_ref())))
        };
        state.role_changed(id, words).await?;
    }
    Ok(Json(one_of(&state, device).await?))
}

/// What a device may do from now on, for people.
fn in_words(role: &DeviceRole) -> String {
    match role.active {
        Some(true) => format!(
            "may stand in for the master from now on, with priority {}",
            role.priority.unwrap_or(0)
        ),
        _ => "does not stand in for the master from now on".to_owned(),
    }
}

async fn device(state: &AppState, id: &str) -> Result<Device, WireError> {
    let unknown = || WireError::new(Code::NotFound, "there is no such device");
    let id: DeviceId = id.parse().map_err(|_| unknown())?;
    state.ledger.device(id).await?.ok_or_else(unknown)
}

async fn one_of(state: &AppState, device: Device) -> Result<Value, WireError> {
    let id = device.info.id;
    let seen = state.ledger.read(move |reading| known(reading, id)).await?;
    let role = role_of(state, &device, seen.as_ref());
    let active = role.active.unwrap_or(false);
    let closed = device.revoked_at.is_some() || device.closed_at.is_some();
    Ok(json!({
        "device": id,
        "name": device.info.name,
        "kind": device.info.kind,
        "role": role.role,
        "priority": role.priority.unwrap_or(0),
        "active": active && !closed,
        "last_seen": device.last_seen,
    }))
}

/// Its record, or what holds where there is none: this node is the master.
fn role_of(state: &AppState, device: &Device, seen: Option<&Document>) -> DeviceRole {
    let node = state.ledger.identity().node;
    let word = if device.info.id == node {
        "master"
    } else {
        "client"
    };
    let known = seen.and_then(|seen| seen.to_typed::<DeviceRole>().ok());
    DeviceRole {
        device: device.info.id,
        role: word.to_owned(),
        priority: known.as_ref().and_then(|known| known.priority),
        active: match known {
            Some(known) => known.active,
            None => Some(device.info.id == node),
        },
    }
}

fn known(reading: &Reading<'_>, device: DeviceId) -> Result<Option<Document>, LedgerError> {
    let records = SqlRecords::new(reading.connection, reading.schema);
    let record = records.read(collection::DEVICE_ROLES, device_role_id(device))?;
    Ok(record.filter(Record::is_live).map(|record| record.doc))
}
