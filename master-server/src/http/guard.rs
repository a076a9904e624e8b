//! What every request passes: a host we are known by, and headers that keep pages apart.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sync_core::{Code, WireError};

use super::error::Problem;
use super::extract;
use crate::came_from;
use crate::config::Config;
use crate::net::Road;
use crate::state::AppState;
use crate::tls::Name;

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
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let address = peer.map(|ConnectInfo(address)| address.ip());
    let road = parts.extensions.get::<Road>().copied();
    let mut response = match &host {
        Some(host) if known(&state, road, host) => {
            came_from::during(address, next.run(Request::from_parts(parts, body))).await
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
fn known(state: &AppState, road: Option<Road>, host: &str) -> bool {
    // A name that no certificate could have may be configured all the same.
    let mut hosts = state.config.hosts.iter();
    if hosts.any(|own| own.eq_ignore_ascii_case(without_port(host))) {
        return true;
    }
    let Some(name) = called(host) else {
        return false;
    };
    let of_lan = || state.lan.as_ref().is_some_and(|lan| lan.is_called(&name));
    let arrived = |address| road.is_some_and(|road| road.local == Some(address));
    known_alone(&state.config, &name)
        || matches!(name, Name::Ip(address) if arrived(address))
        || of_lan()
}

/// What a request calls us, without the port.
fn called(host: &str) -> Option<Name> {
    Name::read(without_port(host))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.parse::<u16>().is_ok() && !name.ends_with(':') => name,
        _ => host,
    }
}

/// What the configuration knows.
fn known_alone(config: &Config, name: &Name) -> bool {
    match name {
        Name::Ip(address) => {
            address.is_loopback() || config.insecure_lan || *address == config.listen.ip()
        }
        Name::Dns(name) => {
            let mut hosts = config.hosts.iter();
            name == "localhost" || hosts.any(|own| own.eq_ignore_ascii_case(name))
        }
    }
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
        let known = called(host).is_some_and(|name| known_alone(&config, &name));
        assert_eq!(known, expected, "{host}");
    }

    #[test]
    fn only_own_names_are_answered() {
        check("localhost:7400", true);
        check("LOCALHOST", true);
        check("127.0.0.1:7400", true);
        check("[::1]:7400", true);
        check("[::1]", true);
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
