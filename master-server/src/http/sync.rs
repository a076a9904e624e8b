//! Sync over plain requests.

use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use sync_core::{
    Check, Checked, Code, DeviceId, Enroll, Enrolled, Fetch, Fetched, Hello, Outcomes, Pong, Push,
    QueueStatus, Reserve, Reserved, Welcome,
};

use super::error::Problem;
use super::extract::{Caller, Json, Peer};
use super::pull_query::PullQuery;
use crate::ledger::{LedgerError, doings, head, history, horizon, latest_of};
use crate::service::{self, Pulled};
use crate::state::AppState;

/// Takes a device in.
pub(crate) async fn enroll(
    State(state): State<AppState>,
    peer: Peer,
    Json(enroll): Json<Enroll>,
) -> Result<Json<Enrolled>, Problem> {
    peer.known_origin(&state.config)?;
    Ok(Json(service::enrol(&state, peer.arrival(), enroll).await?))
}

/// Who are you, and do we mean the same log?
pub(crate) async fn hello(
    State(state): State<AppState>,
    peer: Peer,
    Json(hello): Json<Hello>,
) -> Result<Json<Welcome>, Problem> {
    let device = hello.device;
    let greeted = service::hello(&state, &peer.url(), hello).await?;
    state.visited(device, |_| {});
    Ok(Json(greeted.welcome))
}

/// Decides mutations. Fewer outcomes than mutations: what stopped it is answered to the next push.
pub(crate) async fn push(
    State(state): State<AppState>,
    Caller(device): Caller,
    Json(push): Json<Push>,
) -> Result<Json<Outcomes>, Problem> {
    let id = device.info.id;
    let pushed = service::push(&state, &device.info, push).await;
    state.visited(id, |visit| match &pushed {
        Ok((outcomes, stopped)) => {
            visit.sent(outcomes.outcomes.len());
            if let Some(error) = stopped {
                visit.failed(error.code);
            }
        }
        Err(error) => visit.failed(error.code),
    });
    Ok(Json(pushed?.0))
}

/// What came after a cursor or a time.
pub(crate) async fn pull(
    State(state): State<AppState>,
    Caller(device): Caller,
    Query(query): Query<PullQuery>,
) -> Result<Response, Problem> {
    let (after, limit) = query.read()?;
    let pulled = service::pull(&state, &device.info, after, limit).await;
    state.visited(device.info.id, |visit| match &pulled {
        Ok(Pulled::Page(..)) => {}
        Ok(Pulled::Foreign(_)) => visit.failed(Code::ForeignCursor),
        Err(error) => visit.failed(error.code),
    });
    match pulled? {
        Pulled::Page(span, page) => {
            // The items are JSON already.
            let body = format!(r#"{{"span":{},"items":{}}}"#, json!(span), page.items);
            Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
        }
        Pulled::Foreign(reason) => Err(service::foreign(reason).into()),
    }
}

/// Compares checksums.
pub(crate) async fn check(
    State(state): State<AppState>,
    Caller(device): Caller,
    Json(check): Json<Check>,
) -> Result<Json<Checked>, Problem> {
    Ok(Json(service::check(&state, &device.info, check).await?))
}

/// Notes how long the device's queue is. The answer is that of a heartbeat.
pub(crate) async fn queue(
    State(state): State<AppState>,
    Caller(device): Caller,
    Json(queue): Json<QueueStatus>,
) -> Json<Pong> {
    let now = state.ledger.env().now();
    state.fleet.queued(device.info.id, queue, now);
    state.visited(device.info.id, |_| {});
    Json(service::pong(&state, 0))
}

/// Records outside the device's dates.
pub(crate) async fn fetch(
    State(state): State<AppState>,
    Caller(device): Caller,
    Json(fetch): Json<Fetch>,
) -> Result<Json<Fetched>, Problem> {
    Ok(Json(service::fetch(&state, &device.info, fetch).await?))
}

/// Holds goods while a cart is paid.
pub(crate) async fn reserve(
    State(state): State<AppState>,
    Caller(device): Caller,
    Json(reserve): Json<Reserve>,
) -> Result<Json<Reserved>, Problem> {
    Ok(Json(service::reserve(&state, &device.info, reserve).await?))
}

/// Whose work is asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct StatusQuery {
    /// An employee.
    #[serde(alias = "user_id")]
    user: Option<String>,
    /// A device.
    #[serde(alias = "device_id")]
    device: Option<DeviceId>,
}

/// Where the store stands, and every device with it; for one person also what of their work has
/// reached the log, and for one device what became of what it sent.
pub(crate) async fn status(
    State(state): State<AppState>,
    Caller(device): Caller,
    Query(query): Query<StatusQuery>,
) -> Result<Json<serde_json::Value>, Problem> {
    let (head, digest, horizon, of_user, of_device) = state
        .ledger
        .read(move |reading| {
            let (head, digest) = head(reading.connection)?;
            let user = query.user.as_deref();
            let of_user = user.map(|user| {
                let doings = doings(reading.connection, user)?;
                Ok::<_, LedgerError>((doings, latest_of(reading.connection, user)?))
            });
            let of_device = query.device.map(|id| history(reading.connection, id));
            let horizon = horizon(reading.connection)?;
            Ok((
                head,
                digest,
                horizon,
                of_user.transpose()?,
                of_device.transpose()?,
            ))
        })
        .await?;
    let (doings, recent) = of_user.unzip();
    let own = state.ledger.device(device.info.id).await?;
    let identity = state.ledger.identity();
    Ok(Json(json!({
        "store": identity.store,
        "store_name": identity.store_name,
        "log_id": identity.log_id,
        "term": identity.term,
        "time": state.ledger.time(),
        "head": head,
        "digest": digest,
        "horizon": horizon,
        "health": format!("{:?}", state.ledger.health()).to_lowercase(),
        "restore_needed": identity.restore_needed,
        "insecure_lan": state.config.insecure_lan,
        "demo": state.config.demo,
        "online": state.hub.devices(),
        "device": own,
        "devices": state.devices_at(head),
        "user": doings,
        "user_recent": recent,
        "history": of_device,
    })))
}
