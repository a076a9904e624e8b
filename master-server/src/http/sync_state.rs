//! How each device stands with the master, for people and programs.

use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use sync_core::{Code, DeviceId, Millis, Position, QueueStatus, WireError};

use super::error::Problem;
use super::extract::{Caller, Json};
use crate::fleet::DeviceStatus;
use crate::ledger::{Device, head};
use crate::state::AppState;

/// How a device stands.
#[derive(Debug, Serialize)]
pub(crate) struct SyncState {
    device: DeviceId,
    name: String,
    status: Standing,
    /// When it was last heard of.
    last_seen: Option<Millis>,
    /// When it last stood level with the head of the log, by the master's clock.
    last_synced_at: Option<Millis>,
    /// How far it has applied the log; absent while that is not known.
    position: Option<Position>,
    /// Positions it has not applied.
    behind: Option<u64>,
    /// Its mutations without an outcome.
    pending: u64,
    /// Its rejected mutations that nobody has dismissed.
    attention: u64,
    /// For how long the oldest pending one has waited, in milliseconds.
    oldest_pending_ms: Option<u64>,
    /// What it could not do last, in its own words; gone with the next hello.
    last_error: Option<String>,
}

/// In one word.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Standing {
    /// It has a session.
    Online,
    /// It has none.
    Offline,
    /// Nothing is taken from it any more.
    Closed,
}

/// What a device tells of itself.
#[derive(Debug, Deserialize)]
pub(crate) struct Told {
    #[serde(flatten)]
    queue: QueueStatus,
    /// What it could not do last, in words; absent where all is well.
    last_error: Option<String>,
}

/// How one device stands.
pub(crate) async fn one(
    State(state): State<AppState>,
    Caller(_): Caller,
    Path(id): Path<String>,
) -> Result<Json<SyncState>, Problem> {
    Ok(Json(read(&state, device_of(&id)?).await?))
}

/// A device without a socket tells how it stands; only of itself.
pub(crate) async fn tell(
    State(state): State<AppState>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    Json(told): Json<Told>,
) -> Result<Json<SyncState>, Problem> {
    let id = device_of(&id)?;
    if id != caller.info.id {
        let message = "a device tells of itself alone";
        return Err(WireError::new(Code::Forbidden, message).into());
    }
    let now = state.ledger.env().now();
    state.fleet.queued(id, told.queue, now);
    state.fleet.failed(id, told.last_error, now);
    Ok(Json(read(&state, id).await?))
}

async fn read(state: &AppState, id: DeviceId) -> Result<SyncState, WireError> {
    let device = state.ledger.device(id).await?.ok_or_else(unknown)?;
    let head = state.ledger.read(|reading| head(reading.connection));
    let (head, _) = head.await?;
    let known = state.devices_at(head);
    let known = known.into_iter().find(|known| known.device == id);
    Ok(SyncState::of(
        device,
        known,
        state.hub.devices().contains(&id),
        state.fleet.last_error(id),
    ))
}

impl SyncState {
    fn of(
        device: Device,
        known: Option<DeviceStatus>,
        online: bool,
        last_error: Option<String>,
    ) -> Self {
        let closed = device.revoked_at.is_some() || device.closed_at.is_some();
        let heard = known.as_ref().map(|known| known.heard_at);
        Self {
            device: device.info.id,
            name: device.info.name,
            status: match (closed, online) {
                (true, _) => Standing::Closed,
                (_, true) => Standing::Online,
                (_, false) => Standing::Offline,
            },
            last_seen: device.last_seen.max(heard),
            last_synced_at: device
                .last_synced_at
                .max(known.as_ref().and_then(|known| known.last_synced_at)),
            position: known.as_ref().and_then(|known| known.position),
            behind: known.as_ref().map(|known| known.behind),
            pending: known
                .as_ref()
                .map_or(device.pending.unwrap_or(0), |known| known.pending),
            attention: known.as_ref().map_or(0, |known| known.attention),
            oldest_pending_ms: known.and_then(|known| known.oldest_pending_ms),
            last_error,
        }
    }
}

fn device_of(id: &str) -> Result<DeviceId, WireError> {
    id.parse().map_err(|_| unknown())
}

fn unknown() -> WireError {
    WireError::new(Code::NotFound, "there is no such device")
}
