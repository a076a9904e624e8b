//! What handlers take: the peer, the device behind the token, a JSON body.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sync_core::{Code, WireError};

use super::error::Problem;
use crate::config::Config;
use crate::ledger::Device;
use crate::net::Road;
use crate::service::{self, Arrival};
use crate::state::AppState;

/// The device behind the bearer token.
#[derive(Clone, Debug)]
pub struct Caller(pub Device);

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let token = text(&parts.headers, &AUTHORIZATION)
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(|| WireError::new(Code::Unauthenticated, "a bearer token is needed"));
        let shown = token.and_then(|token| {
            let token = token.trim();
            service::authenticate(&state.ledger, token).inspect_err(|error| {
                state.refused(
                    "token_refused",
                    service::holder(&state.ledger, token),
                    error,
                );
            })
        });
        let device = shown?;
        let pace = state.config.pace();
        if let Err(wait) = state.paces.take(device.info.id, pace) {
            metrics::counter!("tillsync_slowed_total").increment(1);
            return Err(too_fast(wait).into());
        }
        Ok(Self(device))
    }
}

/// What a device is told that asks faster than it may.
pub(crate) fn too_fast(wait: Duration) -> WireError {
    let millis = wait.as_millis().max(1);
    let message = "this device asks too often; nothing is lost, go on after a while";
    WireError::new(Code::RateLimited, message).retry_after(millis as u64)
}

/// The other side of a connection.
#[derive(Clone, Debug)]
pub struct Peer {
    address: Option<SocketAddr>,
    secure: bool,
    host: String,
    origin: Option<String>,
}

impl Peer {
    /// The address under which it reached this node.
    pub fn url(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{}", self.host)
    }

    /// Refuses requests of pages that are neither ours nor of an origin that was let in.
    ///
    /// # Errors
    /// [`Code::Forbidden`] where there is a foreign origin.
    pub fn known_origin(&self, config: &Config) -> Result<(), WireError> {
        let own = |origin: &str| {
            let host = origin.split_once("://").map_or(origin, |(_, host)| host);
            host.eq_ignore_ascii_case(&self.host)
                || config.origins.iter().any(|known| known == origin)
        };
        match &self.origin {
            Some(origin) if !own(origin) => Err(WireError::new(
                Code::Forbidden,
                "pages of another origin may not do this",
            )),
            _ => Ok(()),
        }
    }

    /// Counts one try of this address.
    ///
    /// # Errors
    /// [`Code::RateLimited`] after too many.
    pub fn limit(&self, state: &AppState) -> Result<(), WireError> {
        match self.address {
            Some(address) => state.limits.take(address.ip(), state.ledger.env().now()),
            None => Ok(()),
        }
    }

    pub(crate) fn arrival(&self) -> Arrival {
        Arrival {
            address: self.address.map(|address| address.ip()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self {
            address: address.map(|ConnectInfo(address)| *address),
            secure: parts
                .extensions
                .get::<Road>()
                .is_some_and(|road| road.secure),
            host: host(parts).unwrap_or_default(),
            origin: text(&parts.headers, &ORIGIN).map(str::to_owned),
        })
    }
}

/// A JSON body, or a JSON answer; errors have our own shape.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        // A page of another origin cannot send this type without asking first.
        let json = text(request.headers(), &CONTENT_TYPE)
            .is_some_and(|value| value.starts_with("application/json"));
        if !json {
            let message = "the body is JSON, with content-type application/json";
            return Err(WireError::new(Code::Malformed, message).into());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|error| {
            let code = match error.status() {
                axum::http::StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge,
                _ => Code::Malformed,
            };
            WireError::new(code, "the body is too large or was cut off")
        })?;
        let value = serde_json::from_slice(&bytes).map_err(|e| {
            WireError::new(Code::Malformed, format!("the body cannot be read: {e}"))
        })?;
        Ok(Self(value))
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// The host a request names, with its port.
pub(crate) fn host(parts: &Parts) -> Option<String> {
    let of_uri = || parts.uri.authority().map(|authority| authority.to_string());
    text(&parts.headers, &HOST)
        .map(str::to_owned)
        .or_else(of_uri)
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
