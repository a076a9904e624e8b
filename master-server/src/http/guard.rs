//! What every request passes: a host we are known by, and headers that keep pages apart.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sync_core::{Code, WireError};

use super::error::Problem;
use super::extract;
use crate::config::Config;
use crate::state::AppState;

const HEADERS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Lets a request in and puts the headers on its answer.
pub(crate) async fn guard(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let host = extract::host(&parts);
    let mut response = match &host {
        Some(host) if known(&state.config, host) => {
            next.run(Request::from_parts(parts, body)).await
        }
        _ => {
            let message = "this master is not known by that name";
            Problem(WireError::new(Code::Forbidden, message)).into_response()
        }
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    let policy = HeaderValue::from_str(&policy(&host.unwrap_or_default()));
    if let Ok(policy) = policy {
        headers.insert("content-security-policy", policy);
    }
    response
}

/// A name that somebody else's DNS points at us is not one of ours.
fn known(config: &Config, host: &str) -> bool {
    let name = match host.parse::<SocketAddr>() {
        Ok(address) => address.ip().to_string(),
        Err(_) => {
            let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
            name.trim_matches(['[', ']']).to_ascii_lowercase()
        }
    };
    if let Ok(address) = name.parse::<IpAddr>() {
        return address.is_loopback() || config.insecure_lan || address == config.listen.ip();
    }
    name == "localhost"
        || config
            .hosts
            .iter()
            .any(|own| own.eq_ignore_ascii_case(&name))
}

fn policy(host: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".:-[]".contains(c);
    let sockets = match !host.is_empty() && host.chars().all(plain) {
        true => format!(" ws://{host} wss://{host}"),
        false => String::new(),
    };
    format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'{sockets}; \
         worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(host: &str, expected: bool) {
        let config = Config {
            hosts: vec!["till.shop.example".to_owned()],
            ..Config::default()
        };
        assert_eq!(known(&config, host), expected, "{host}");
    }

    #[test]
    fn only_own_names_are_answered() {
        check("localhost:7400", true);
        check("LOCALHOST", true);
        check("127.0.0.1:7400", true);
        check("[::1]:7400", true);
        check("Till.shop.example", true);
        check("192.168.1.9:7400", false);
        check("evil.example:7400", false);
        check("localhost.evil.example", false);
    }

    #[test]
    fn a_strange_host_does_not_get_into_the_policy() {
        assert!(!policy("x; script-src *").contains('*'));
        assert!(policy("localhost:1").contains("ws://localhost:1"));
    }
}
