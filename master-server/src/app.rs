//! All doors in one router.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{
    AUTHORIZATION, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH, LOCATION, RETRY_AFTER,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware;
use axum::routing::{MethodRouter, get, post};
use sync_core::{Code, WireError};
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::config::Config;
use crate::http::error::Problem;
use crate::http::pack::packed;
use crate::http::{
    audit, devices, guard, health, openapi, print, records, snapshot, sync, sync_state, web,
};
use crate::state::AppState;
use crate::ws;

/// The largest body of a request: a frame.
const BODY_BYTES: usize = 4 << 20;
/// The longest a request may take until its answer begins.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// How long a browser may remember what another origin's pages may do.
const PREFLIGHT: Duration = Duration::from_secs(3_600);

/// The doors of a store.
pub fn app(state: AppState) -> Router {
    app_with(state, Router::new())
}

/// The doors of a store and further ones that belong to its domain.
pub fn app_with(state: AppState, further: Router<AppState>) -> Router {
    let mut router = routes()
        .into_iter()
        .fold(further, |router, (path, door)| router.route(path, door))
        .route("/v1/{collection}/{id}/{*rest}", axum::routing::any(nothing));
    if let Some(folder) = &state.config.web {
        router = router.merge(web::files(folder));
    }
    router
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            ANSWER_LIMIT,
        ))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(other_origins(&state.config))
        .layer(middleware::from_fn_with_state(state.clone(), guard::guard))
        .layer(TraceLayer::new_for_http())
        .with_state(state)
}

/// What pages of the origins that were let in may do: all that a bearer token may, and nothing with
/// cookies, as there are none.
fn other_origins(config: &Config) -> CorsLayer {
    let origins = config.origins.iter();
    let origins = origins.filter_map(|origin| HeaderValue::from_str(origin).ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE, IF_MATCH, IF_NONE_MATCH])
        .expose_headers([ETAG, LOCATION, RETRY_AFTER])
        .max_age(PREFLIGHT)
}

/// The paths of the doors every store has.
pub fn door_paths() -> Vec<&'static str> {
    routes().into_iter().map(|(path, _)| path).collect()
}

fn routes() -> Vec<(&'static str, MethodRouter<AppState>)> {
    vec![
        ("/healthz", get(health::healthz)),
        ("/readyz", get(health::readyz)),
        ("/metrics", get(health::metrics)),
        ("/v1/openapi.json", get(openapi::document)),
        ("/v1/schema", get(openapi::schema)),
        ("/v1/enroll", post(sync::enroll)),
        ("/v1/sync", get(ws::upgrade)),
        ("/v1/sync/hello", post(sync::hello)),
        ("/v1/sync/push", post(sync::push)),
        ("/v1/sync/pull", packed(get(sync::pull))),
        ("/v1/sync/snapshot", packed(get(snapshot::snapshot))),
        ("/v1/sync/check", post(sync::check)),
        ("/v1/sync/queue", post(sync::queue)),
        ("/v1/sync/fetch", post(sync::fetch)),
        ("/v1/sync/reserve", post(sync::reserve)),
        ("/v1/sync/status", get(sync::status)),
        ("/v1/devices", get(devices::list)),
        (
            "/v1/print",
            get(print::state)
                .post(print::print)
                .layer(DefaultBodyLimit::max(print::BODY_BYTES)),
        ),
        (
            "/v1/sync/state/{id}",
            get(sync_state::one).put(sync_state::tell),
        ),
        ("/v1/audit", get(audit::read)),
        ("/v1/sync/audit-logs", get(audit::of_sync)),
        ("/v1/audit/{id}", get(audit::one)),
        ("/v1/audit/entity/{collection}/{id}", get(audit::of_record)),
        ("/v1/{collection}", get(records::list).post(records::make)),
        (
            "/v1/{collection}/{id}",
            get(records::one)
                .patch(records::change)
                .delete(records::remove),
        ),
    ]
}

/// An address below `/v1` that is no door: never the app's page.
async fn nothing(method: Method) -> Problem {
    let message = format!("there is nothing to {method} here");
    Problem(WireError::new(Code::NotFound, message))
}
