//! Whether it lives, whether it serves, and its numbers.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use sync_core::{Code, WireError};

use super::error::Problem;
use super::extract::Json;
use crate::fleet;
use crate::ledger::{Command, Health, head};
use crate::service;
use crate::state::AppState;

/// The process lives.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// It serves. After a failed write it tries again, so that the answer is of now.
pub(crate) async fn readyz(State(state): State<AppState>) -> Result<Response, Problem> {
    service::serving(&state.ledger)?;
    if *state.draining.borrow() {
        return Err(WireError::new(Code::Draining, "the master is about to stop").into());
    }
    if state.ledger.health() != Health::Good {
        state.ledger.command(Command::Probe).await?;
    }
    let identity = state.ledger.identity();
    let ready = json!({ "status": "ready", "store": identity.store, "log_id": identity.log_id });
    Ok(Json(ready).into_response())
}

/// The numbers, as Prometheus reads them.
pub(crate) async fn metrics(State(state): State<AppState>) -> Result<String, Problem> {
    let Some(numbers) = &state.metrics else {
        return Err(WireError::new(Code::NotFound, "no numbers are kept").into());
    };
    let head = state.ledger.read(|reading| head(reading.connection));
    fleet::measure(&state.devices_at(head.await?.0));
    let (health, identity) = (state.ledger.health(), state.ledger.identity());
    let tell = |name: &'static str, so: bool| metrics::gauge!(name).set(f64::from(u8::from(so)));
    tell("tillsync_disk_full", health == Health::Full);
    tell("tillsync_ledger_failed", health == Health::Failed);
    tell("tillsync_restore_needed", identity.restore_needed.is_some());
    Ok(numbers.render())
}
