//! The one place that knows which HTTP status an error has.

use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sync_core::{Code, WireError};

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

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self(error) = self;
        let status = status_of(error.code);
        let mut response = (status, axum::Json(&error)).into_response();
        let headers = response.headers_mut();
        if let Some(millis) = error.retry_after_ms {
            headers.insert(RETRY_AFTER, HeaderValue::from(millis.div_ceil(1_000)));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<WireError> for Problem {
    fn from(error: WireError) -> Self {
        Self(error)
    }
}
