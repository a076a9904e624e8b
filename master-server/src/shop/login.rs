//! Somebody proves who they are to the master: for programs that hold no verifiers themselves.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::ledger::{Command, Entry, LedgerError, Reading, SqlRecords};
use crate::{AppState, Caller, Json, Peer, Problem};
use axum::Extension;
use axum::extract::{Path, State};
use retail::{Credential, Employee, Tries, collection, verify_pin};
use serde::Deserialize;
use serde_json::{Value, json};
use sync_core::{Code, Millis, Record, RecordId, WireError};

/// Wrong tries by person, whatever device they come from. In memory: nobody who tries can restart
/// the master, and every wrong one is in the audit log.
#[derive(Default)]
pub(super) struct Logins(Mutex<HashMap<RecordId, Tries>>);

/// What somebody typed.
#[derive(Deserialize)]
pub(super) struct Typed {
    pin: String,
}

impl Logins {
    /// Counts a try as a wrong one before it is looked at, so that many at once are no free tries.
    fn begin(&self, id: RecordId, now: Millis) -> Result<(), WireError> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tries = all.entry(id).or_default();
        if let Some(until) = tries.locked(now) {
            let message = "too many wrong PINs; wait a little";
            let locked = WireError::new(Code::RateLimited, message);
            return Err(locked.retry_after(until.since(now)));
        }
        *tries = tries.after_wrong(now);
        Ok(())
    }

    fn was_right(&self, id: RecordId) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&id);
    }
}

/// Checks a PIN and says who that is and what they may do.
pub(super) async fn enter(
    State(state): State<AppState>,
    Extension(logins): Extension<Arc<Logins>>,
    Caller(device): Caller,
    peer: Peer,
    Path(id): Path<String>,
    Json(typed): Json<Typed>,
) -> Result<Json<Value>, Problem> {
    peer.limit(&state)?;
    if device.info.read_only {
        let message = "nothing is recorded on this device, so nobody logs in";
        return Err(WireError::new(Code::Forbidden, message).into());
    }
    let nobody = || WireError::new(Code::NotFound, "there is no such employee");
    let id: RecordId = id.parse().map_err(|_| nobody())?;
    let known = state.ledger.read(move |reading| known(reading, id)).await?;
    let (employee, credential) = known.ok_or_else(nobody)?;
    logins.begin(id, state.ledger.env().now())?;
    let checked = move || verify_pin(&typed.pin, &credential.verifier).unwrap_or(false);
    let right = tokio::task::spawn_blocking(checked).await;
    if !right.map_err(|_| WireError::new(Code::Internal, "the PIN could not be checked"))? {
        let wrong = Entry::new("pin_wrong", Some(device.info.id), json!({ "employee": id }));
        let wrong = wrong.by(Some(id.to_string()));
        state.ledger.command(Command::Audit(wrong)).await?;
        return Err(WireError::new(Code::Forbidden, "this PIN is wrong")
            .of_field("pin")
            .into());
    }
    logins.was_right(id);
    let entered = Entry::new("login", Some(device.info.id), json!({ "employee": id }));
    let entered = entered.by(Some(id.to_string()));
    state.ledger.command(Command::Audit(entered)).await?;
    Ok(Json(json!({
        "id": id,
        "name": employee.name,
        "role": employee.role,
        "permissions": employee.role.permissions(),
    })))
}

/// A person who may log in, with their verifier.
fn known(
    reading: &Reading<'_>,
    id: RecordId,
) -> Result<Option<(Employee, Credential)>, LedgerError> {
    let records = SqlRecords::new(reading.connection, reading.schema);
    let live = |name| -> Result<Option<Record>, LedgerError> {
        Ok(records.read(name, id)?.filter(Record::is_live))
    };
    let employee = live(collection::EMPLOYEES)?.and_then(|record| record.doc.to_typed().ok());
    let employee = employee.filter(|employee: &Employee| employee.active);
    let credential = live(collection::CREDENTIALS)?.and_then(|record| record.doc.to_typed().ok());
    Ok(employee.zip(credential))
}
