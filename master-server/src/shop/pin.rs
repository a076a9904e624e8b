//! A manager sets somebody's PIN: the master makes the verifier and decides it as its own node.

use crate::ledger::{Entry, Reading, SqlRecords};
use crate::{AppState, Caller, Json, Peer, Problem, error_of};
use axum::extract::{Path, State};
use retail::{Credential, Employee, Occasion, collection, hash_pin, set_credentials};
use serde::Deserialize;
use serde_json::{Value, json};
use sync_core::{Code, RecordId, WireError};

/// The new PIN.
#[derive(Deserialize)]
pub(super) struct NewPin {
    pin: String,
    /// Who sets it, as the device claims.
    by: RecordId,
}

/// What the ledger knows of both people.
struct Known {
    employee: Option<Employee>,
    by: Option<Employee>,
    credential: Option<Credential>,
}

/// Sets the PIN of an employee.
pub(super) async fn set(
    State(state): State<AppState>,
    Caller(device): Caller,
    peer: Peer,
    Path(id): Path<String>,
    Json(new): Json<NewPin>,
) -> Result<Json<Value>, Problem> {
    peer.limit(&state)?;
    if !device.info.kind.sells() || device.info.read_only {
        return Err(WireError::new(Code::Forbidden, "this device may not do that").into());
    }
    let nobody = || WireError::new(Code::NotFound, "there is no such employee");
    let id: RecordId = id.parse().map_err(|_| nobody())?;
    let known = state
        .ledger
        .read(move |reading| known(reading, id, new.by))
        .await?;
    let employee = known.employee.ok_or_else(nobody)?;
    let allowed = known
        .by
        .is_some_and(|by| by.active && (new.by == id || by.role.may_manage(employee.role)));
    if !allowed {
        let message = "setting this PIN is not allowed in that role";
        return Err(WireError::new(Code::Forbidden, message).into());
    }
    let salt = state.ledger.env().random();
    let hashed = tokio::task::spawn_blocking(move || hash_pin(&new.pin, salt)).await;
    let verifier = hashed
        .map_err(|_| WireError::new(Code::Internal, "the PIN could not be hashed"))?
        .map_err(|error| WireError::new(Code::Validation, error.to_string()).of_field("pin"))?;
    let occasion = Occasion::system(state.ledger.identity().node, state.ledger.env().now());
    let body = set_credentials(&occasion, id, known.credential.as_ref(), &verifier)
        .map_err(|error| WireError::new(Code::Validation, error.to_string()))?;
    let about = json!({ "employee": id, "by": new.by });
    let asked = Entry::new("pin_set", Some(device.info.id), about).by(Some(new.by.to_string()));
    let decided = state.ledger.propose_unless_late(body, None, asked).await;
    match decided.map(|outcome| outcome.refusal) {
        Ok(None) => Ok(Json(json!({ "employee": id }))),
        Ok(Some(refusal)) => Err(error_of(&refusal).into()),
        Err(error) if error.code == Code::Conflict => {
            let message = "the PIN was changed meanwhile; try again";
            Err(WireError::new(Code::Conflict, message).into())
        }
        Err(error) => Err(error.into()),
    }
}

fn known(
    reading: &Reading<'_>,
    id: RecordId,
    by: RecordId,
) -> Result<Known, crate::ledger::LedgerError> {
    let records = SqlRecords::new(reading.connection, reading.schema);
    let employee = |id: RecordId| -> Result<Option<Employee>, _> {
        let record = records.read(collection::EMPLOYEES, id)?;
        Ok::<_, crate::ledger::LedgerError>(
            record
                .filter(sync_core::Record::is_live)
                .and_then(|record| record.doc.to_typed().ok()),
        )
    };
    let credential = records.read(collection::CREDENTIALS, id)?;
    Ok(Known {
        employee: employee(id)?,
        by: employee(by)?,
        credential: credential.and_then(|record| record.doc.to_typed().ok()),
    })
}
