//! The one place that knows which HTTP status an error has.

use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value as Json, json};
use sync_core::{Code, Refusal, WireError};

/// An error as an answer.
#[derive(Debug)]
pub struct Problem(pub WireError);

/// The HTTP status of a code.
pub fn status_of(code: Code) -> StatusCode {
    match code {
        Code::Malformed => StatusCode::BAD_REQUEST,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::Validation | Code::BadEnrolmentCode => StatusCode::UNPROCESSABLE_ENTITY,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::Conflict | Code::Gap | Code::ForeignCursor => StatusCode::CONFLICT,
        Code::Unauthenticated | Code::IdentityClosed => StatusCode::UNAUTHORIZED,
        Code::Forbidden => StatusCode::FORBIDDEN,
        Code::NeedsUpgrade => StatusCode::UPGRADE_REQUIRED,
        Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Code::NotMaster => StatusCode::MISDIRECTED_REQUEST,
        Code::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
        Code::Draining | Code::StorageFailed | Code::RestoreNeeded => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// An error with what a program needs to go on: both versions of a record, what stands now.
#[derive(Debug)]
pub struct Clash {
    /// The error.
    pub error: Box<WireError>,
    /// What stands beside it in the answer.
    pub more: Map<String, Json>,
}

impl Clash {
    /// The answer to what somebody else was faster with.
    pub fn new(message: &str, more: impl IntoIterator<Item = (&'static str, Json)>) -> Self {
        let more = more.into_iter();
        Self {
            error: Box::new(WireError::new(Code::Conflict, message)),
            more: more.map(|(name, json)| (name.to_owned(), json)).collect(),
        }
    }
}

/// A refusal of the rules as an error of a door.
pub fn error_of(refusal: &Refusal) -> WireError {
    let code = match refusal.code.as_str() {
        "forbidden" | "unknown_user" | "not_owner" => Code::Forbidden,
        "missing" => Code::NotFound,
        "already_resolved" => Code::Conflict,
        _ => Code::Validation,
    };
    let error = WireError::new(code, refusal.message.as_str());
    match &refusal.field {
        Some(field) => error.of_field(field),
        None => error,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self(error) = self;
        answer(&error, Map::new())
    }
}

impl IntoResponse for Clash {
    fn into_response(self) -> Response {
        answer(&self.error, self.more)
    }
}

impl From<WireError> for Problem {
    fn from(error: WireError) -> Self {
        Self(error)
    }
}

impl From<WireError> for Clash {
    fn from(error: WireError) -> Self {
        Self {
            error: Box::new(error),
            more: Map::new(),
        }
    }
}

fn answer(error: &WireError, more: Map<String, Json>) -> Response {
    let status = status_of(error.code);
    let mut body = json!(error);
    if let Some(fields) = body.as_object_mut() {
        fields.extend(more);
    }
    let mut response = (status, axum::Json(body)).into_response();
    let headers = response.headers_mut();
    if let Some(millis) = error.retry_after_ms {
        headers.insert(RETRY_AFTER, HeaderValue::from(millis.div_ceil(1_000)));
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
