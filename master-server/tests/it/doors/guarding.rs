//! What is refused, what is told, what is served.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use master_server::config::Config;
use master_server::ledger::Options;
use serde_json::json;

use super::Door;
use crate::support::hello;

#[tokio::test]
async fn a_token_of_one_store_opens_no_other() {
    let (one, two) = (
        Door::new(),
        Door::with(Config::default(), &Options::default()),
    );
    let mut till = one.world.till("till of one").await;
    let sale = till.sell("tea");
    assert_eq!(
        one.push(&till, std::slice::from_ref(&sale)).await.status,
        StatusCode::OK
    );
    assert_eq!(two.push(&till, &[sale]).await.code(), "unauthenticated");
    for path in [
        "/v1/sync/status",
        "/v1/sync/snapshot",
        "/v1/audit",
        "/v1/devices",
    ] {
        assert_eq!(
            two.get(path, Some(&till.token)).await.code(),
            "unauthenticated",
            "{path}"
        );
        assert_eq!(
            two.get(path, None).await.code(),
            "unauthenticated",
            "{path}"
        );
    }
    let said = hello(&one.world, &till).await;
    let answer = two
        .post("/v1/sync/hello", None, json!(said).to_string())
        .await;
    assert_eq!(answer.code(), "unauthenticated");
}

#[tokio::test]
async fn unreadable_bodies_have_our_own_error_shape() {
    let door = Door::new();
    let till = door.world.till("till 1").await;
    let deep = format!("{{\"mutations\":{}", "[".repeat(5_000));
    for body in [
        "",
        "{",
        "[]",
        "{\"mutations\":[{\"fly\":1}]}",
        deep.as_str(),
        "\u{1}",
    ] {
        let answer = door
            .post("/v1/sync/push", Some(&till.token), body.to_owned())
            .await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::BAD_REQUEST, "malformed".to_owned()),
            "{body:.20}"
        );
    }
    let large = door
        .post("/v1/sync/push", Some(&till.token), vec![b' '; 5 << 20])
        .await;
    assert_eq!(large.code(), "too_large");
    let nothing = door.get("/v1/no/such/door", None).await;
    assert_eq!(
        (nothing.status, nothing.code()),
        (StatusCode::NOT_FOUND, "not_found".to_owned())
    );
    let many = vec![crate::support::voided(&till); 501];
    assert_eq!(door.push(&till, &many).await.code(), "too_large");
}

#[tokio::test]
async fn strange_hosts_and_origins_are_refused() {
    let door = Door::new();
    let request = |host: &str, origin: Option<&str>| {
        let request = Request::post("/v1/enroll")
            .header("host", host)
            .header("content-type", "application/json");
        let request = match origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        };
        let body = json!({ "code": "AAAA-AAAA", "name": "x", "kind": "till" }).to_string();
        request.body(Body::from(body)).expect("a request")
    };
    assert_eq!(
        door.ask(request("evil.example", None)).await.status,
        StatusCode::FORBIDDEN
    );
    let foreign = door
        .ask(request("localhost:7400", Some("http://evil.example")))
        .await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    let own = door
        .ask(request("localhost:7400", Some("http://localhost:7400")))
        .await;
    assert_eq!(own.code(), "bad_enrolment_code");
}

#[tokio::test]
async fn pages_of_an_origin_that_was_let_in_may_ask_and_others_may_not() {
    let config = Config {
        origins: vec!["https://dashboard.example".to_owned()],
        ..Config::default()
    };
    let door = Door::with(config, &Options::default());
    let preflight = |origin: &str| {
        Request::options("/v1/sync/push")
            .header("host", "localhost:7400")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "authorization,content-type",
            )
            .body(Body::empty())
            .expect("a request")
    };
    let allowed = |answer: &super::Answer| {
        let header = answer.headers.get("access-control-allow-origin");
        header.map(|value| value.to_str().expect("text").to_owned())
    };
    let known = door.ask(preflight("https://dashboard.example")).await;
    assert_eq!(
        allowed(&known).as_deref(),
        Some("https://dashboard.example")
    );
    let strange = door.ask(preflight("https://evil.example")).await;
    assert_eq!(allowed(&strange), None);
    let enroll = |origin: &str| {
        let body = json!({ "code": "AAAA-AAAA", "name": "x", "kind": "dashboard" });
        Request::post("/v1/enroll")
            .header("host", "localhost:7400")
            .header("origin", origin)
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .expect("a request")
    };
    let heard = door.ask(enroll("https://dashboard.example")).await;
    assert_eq!(heard.code(), "bad_enrolment_code");
    let refused = door.ask(enroll("https://evil.example")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn every_look_at_the_audit_log_is_an_entry() {
    let door = Door::new();
    let mut till = door.world.till("till 1").await;
    let made = till.make("tea", 250);
    door.push(&till, &[made]).await;
    let first = door
        .get("/v1/audit?kind=decision", Some(&till.token))
        .await
        .json();
    assert_eq!(first["entries"][0]["payload"]["mutation"], "make");
    assert_eq!(
        first["entries"][0]["payload"]["records"][0]["after"]["price"],
        250
    );
    let looked = door
        .get("/v1/audit?kind=audit_viewed&limit=1", Some(&till.token))
        .await
        .json();
    assert_eq!(looked["entries"][0]["payload"]["kind"], "audit_viewed");
    assert!(looked["next"].is_number());
}

#[tokio::test]
async fn the_document_names_exactly_the_doors_there_are() {
    let door = Door::new();
    let document = door.get("/v1/openapi.json", None).await.json();
    let paths = document["paths"].as_object().expect("paths");
    // The shop's own doors: the binary adds them.
    let shops = |path: &str| {
        let theirs = [
            "/v1/employees",
            "/v1/conflicts",
            "/v1/device/",
            "/v1/devices/",
        ];
        theirs.iter().any(|start| path.starts_with(start))
    };
    for (path, doors) in paths.iter().filter(|(path, _)| !shops(path)) {
        let asked = path.replace("{id}", &uuid::Uuid::nil().to_string());
        let asked = asked.replace("{collection}", "products");
        for method in [
            Method::GET,
            Method::POST,
            Method::PATCH,
            Method::PUT,
            Method::DELETE,
        ] {
            let request = Request::builder()
                .method(&method)
                .uri(&asked)
                .header("host", "localhost");
            let answer = door
                .ask(request.body(Body::empty()).expect("a request"))
                .await;
            let told = doors.get(method.as_str().to_lowercase()).is_some();
            assert_eq!(
                answer.status != StatusCode::METHOD_NOT_ALLOWED,
                told,
                "{method} {path}"
            );
            let nothing = answer.status == StatusCode::NOT_FOUND && !path.starts_with("/metrics");
            assert!(!nothing, "{method} {path}");
        }
    }
    assert_eq!(
        paths.keys().filter(|path| !shops(path)).count(),
        master_server::door_paths().len()
    );
    for path in master_server::door_paths() {
        assert!(paths.contains_key(path), "{path}");
    }
}

#[tokio::test]
async fn the_web_app_is_served_with_its_headers() {
    let dir = tempfile::tempdir().expect("a folder");
    let write =
        |name: &str, text: &str| std::fs::write(dir.path().join(name), text).expect("written");
    std::fs::create_dir(dir.path().join("assets")).expect("made");
    write("index.html", "<title>till</title>");
    write("assets/app-1234.wasm", "\0asm");
    let config = Config {
        web: Some(dir.path().to_owned()),
        ..Config::default()
    };
    let door = Door::with(config, &Options::default());
    for path in ["/", "/sales/today"] {
        let page = door.get(path, None).await;
        assert_eq!(
            (page.status, page.text.as_str()),
            (StatusCode::OK, "<title>till</title>"),
            "{path}"
        );
        assert_eq!(page.headers["cache-control"], "no-cache");
        let policy = page.headers["content-security-policy"]
            .to_str()
            .expect("text");
        assert!(
            policy.contains("script-src 'self' 'wasm-unsafe-eval';"),
            "{policy}"
        );
    }
    let wasm = door.get("/assets/app-1234.wasm", None).await;
    assert_eq!(wasm.headers["content-type"], "application/wasm");
    assert!(
        wasm.headers["cache-control"]
            .to_str()
            .expect("text")
            .contains("immutable")
    );
    assert_eq!(
        door.get("/assets/old.js", None).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(door.get("/v1/no/such/door", None).await.code(), "not_found");
}
