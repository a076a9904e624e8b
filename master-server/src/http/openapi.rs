//! What this master offers, as a document that a test compares with the doors.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use sync_core::Schema;

use super::extract::Json;
use crate::state::AppState;

/// The document.
pub(crate) const DOCUMENT: &str = include_str!("openapi.json");

/// Hands it out.
pub(crate) async fn document() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], DOCUMENT)
}

/// Hands out the collections: what an embedded client is opened with before it has joined.
pub(crate) async fn schema(State(state): State<AppState>) -> Json<Schema> {
    Json(state.ledger.schema().clone())
}
