//! The devices of the store, for people.

use axum::extract::State;
use serde_json::{Value, json};

use super::error::Problem;
use super::extract::{Caller, Json};
use crate::ledger::head;
use crate::state::AppState;

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
