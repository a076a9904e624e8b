//! How a device comes to trust this master: its authority's certificate, and a page that explains to
//! people what to do with it. The page is all there is without TLS, so it needs no script and holds
//! nothing of the shop but its name.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HOST, USER_AGENT};
use axum::http::{HeaderMap, Method};
use axum::middleware;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use sync_core::{Code, WireError};

use super::error::Problem;
use super::guard;
use crate::state::AppState;
use crate::tls::Keeper;

const PAGE: &str = include_str!("trust.html");
/// Android and iOS begin to install what has this type.
const CERTIFICATE: &str = "application/x-x509-ca-cert";

/// What those find who come without TLS.
pub(crate) fn outside(state: AppState) -> Router {
    Router::new()
        .merge(doors())
        .fallback(page_or_not)
        .layer(middleware::from_fn_with_state(state.clone(), guard::guard))
        .with_state(state)
}

/// The same for those who are inside.
pub(crate) fn doors() -> Router<AppState> {
    Router::new()
        .route("/trust", get(page))
        .route("/ca.crt", get(certificate))
        .route("/ca.pem", get(certificate_pem))
}

/// Every address that a person may have typed leads to the page; programs are told no.
async fn page_or_not(state: State<AppState>, request: Request) -> Response {
    let (method, path) = (request.method(), request.uri().path());
    let typed = matches!(*method, Method::GET | Method::HEAD) && !path.starts_with("/v1");
    if typed {
        return page(state, request.headers().clone()).await;
    }
    let message = "others can read along here: use the https address";
    Problem(WireError::new(Code::Forbidden, message)).into_response()
}

async fn page(State(state): State<AppState>, headers: HeaderMap) -> Response {
    let Some(lan) = &state.lan else {
        return no_authority();
    };
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(HOST).unwrap_or_default();
    let page = filled(
        lan,
        &state.ledger.identity().store_name,
        host,
        text(USER_AGENT).unwrap_or_default(),
    );
    ([(CACHE_CONTROL, "no-store")], Html(page)).into_response()
}

async fn certificate(State(state): State<AppState>) -> Response {
    match &state.lan {
        Some(lan) => {
            let file = "attachment; filename=\"store-ca.crt\"";
            let headers = [(CONTENT_TYPE, CERTIFICATE), (CONTENT_DISPOSITION, file)];
            (headers, lan.authority().certificate().to_vec()).into_response()
        }
        None => no_authority(),
    }
}

async fn certificate_pem(State(state): State<AppState>) -> Response {
    match &state.lan {
        Some(lan) => {
            let file = "attachment; filename=\"store-ca.pem.crt\"";
            let kind = "application/x-pem-file";
            let headers = [(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, file)];
            (headers, lan.authority().certificate_pem().to_owned()).into_response()
        }
        None => no_authority(),
    }
}

fn no_authority() -> Response {
    let message = "this master listens on its own machine only, or without TLS";
    Problem(WireError::new(Code::NotFound, message)).into_response()
}

/// The page for a browser that says of itself what it is.
fn filled(lan: &Keeper, shop: &str, host: &str, browser: &str) -> String {
    let likely = likely(browser);
    let open = |platform: &str| match likely.contains(&platform) {
        true => " open",
        false => "",
    };
    let groups = lan.authority().fingerprint().groups();
    let rows: Vec<String> = groups
        .chunks(4)
        .map(|row| format!("<span>{}</span>", row.join(" ")))
        .collect();
    let values = [
        ("shop", escaped(shop)),
        ("authority", escaped(lan.authority().name())),
        ("https", format!("https://{}/", escaped(host))),
        ("fingerprint", rows.join("\n")),
        ("open-ios", open("ios").to_owned()),
        ("open-android", open("android").to_owned()),
        ("open-windows", open("windows").to_owned()),
        ("open-macos", open("macos").to_owned()),
        ("open-linux", open("linux").to_owned()),
    ];
    let mut parts = PAGE.split("{{");
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap_or(("", part));
        let value = values.iter().find(|(known, _)| *known == name);
        page.push_str(value.map_or("", |(_, value)| value));
        page.push_str(rest);
    }
    page
}

/// Platforms that a browser may be on.
fn likely(browser: &str) -> &'static [&'static str] {
    let is = |part: &str| browser.contains(part);
    if is("iPhone") || is("iPad") {
        &["ios"]
    } else if is("Android") {
        &["android"]
    } else if is("Windows") {
        &["windows"]
    } else if is("Macintosh") {
        // iPads say so too.
        &["ios", "macos"]
    } else if is("Linux") {
        &["linux"]
    } else {
        &[]
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Env;

    #[test]
    fn the_page_is_whole_and_nothing_gets_into_it_unescaped() {
        let dir = tempfile::tempdir().unwrap();
        let lan = Keeper::open(dir.path(), "<Corner>", &[], Env::real()).unwrap();
        let page = filled(
            &lan,
            "<Corner>",
            "a\"b:7400",
            "Mozilla/5.0 (Linux; Android 14)",
        );
        assert!(page.contains("&lt;Corner&gt;") && !page.contains("<Corner>"));
        assert!(page.contains("https://a&quot;b:7400/"));
        assert!(!page.contains("{{") && !page.contains("}}") && !page.contains("<script"));
        let groups = lan.authority().fingerprint().groups();
        assert!(page.contains(&groups[12..].join(" ")));
        assert_eq!(page.matches("<details open").count(), 1);
    }

    #[test]
    fn every_name_in_the_page_has_a_value() {
        let names: Vec<&str> = PAGE
            .split("{{")
            .skip(1)
            .filter_map(|part| part.split_once("}}"))
            .map(|(name, _)| name)
            .collect();
        assert!(names.contains(&"https") && names.contains(&"open-linux"));
        let known = [
            "shop",
            "authority",
            "https",
            "fingerprint",
            "open-ios",
            "open-android",
            "open-windows",
            "open-macos",
            "open-linux",
        ];
        assert!(names.iter().all(|name| known.contains(name)), "{names:?}");
    }
}
