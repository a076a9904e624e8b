//! The HTTP doors, asked without a socket.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, Response, StatusCode};
use master_server::config::Config;
use master_server::ledger::Options;
use master_server::{AppState, app};
use serde_json::{Value, json};
use sync_core::{DeviceKind, Push, Pushed};
use tower::ServiceExt;

use crate::support::{Device, World, hello};

pub(crate) struct Door {
    pub(crate) world: World,
    router: Router,
    peer: SocketAddr,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    async fn of(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a whole body");
        Self {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).expect("text"),
        }
    }
}

impl Door {
    fn new() -> Self {
        Self::with(Config::default(), &Options::default())
    }

    fn with(config: Config, options: &Options) -> Self {
        let world = World::with(options);
        let router = app(AppState::new(world.ledger.clone(), config, None));
        Self {
            world,
            router,
            peer: SocketAddr::from(([127, 0, 0, 1], 5_000)),
        }
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        let mut request = request;
        request.extensions_mut().insert(ConnectInfo(self.peer));
        Answer::of(
            self.router
                .clone()
                .oneshot(request)
                .await
                .expect("infallible"),
        )
        .await
    }

    async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        let request = Request::get(path).header("host", "localhost:7400");
        let request = match token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        };
        self.ask(request.body(Body::empty()).expect("a request"))
            .await
    }

    async fn post(&self, path: &str, token: Option<&str>, body: impl Into<Body>) -> Answer {
        let request = Request::post(path)
            .header("host", "localhost:7400")
            .header("content-type", "application/json");
        let request = match token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        };
        self.ask(request.body(body.into()).expect("a request"))
            .await
    }

    async fn push(&self, device: &Device, mutations: &[Pushed]) -> Answer {
        // Not through a JSON value: the bytes of the bodies are what was hashed.
        let push = Push {
            mutations: mutations.to_vec(),
        };
        let body = serde_json::to_string(&push).expect("JSON");
        self.post("/v1/sync/push", Some(&device.token), body).await
    }

    fn pull_path(&self, position: u64) -> String {
        let log = self.world.ledger.identity().log_id;
        format!(
            "/v1/sync/pull?generation={}&log={}&position={position}&limit=100",
            log.generation, log.uuid
        )
    }
}

#[tokio::test]
async fn a_device_enrols_with_a_code_pushes_and_pulls() {
    let door = Door::new();
    let code = door.world.code().await;
    let enroll = json!({ "code": code, "name": "Till 1", "kind": "till" }).to_string();
    let enrolled = door.post("/v1/enroll", None, enroll.clone()).await;
    assert_eq!(enrolled.status, StatusCode::OK, "{}", enrolled.text);
    let again = door.post("/v1/enroll", None, enroll).await;
    assert_eq!(again.code(), "bad_enrolment_code");
    let mut till = Device::enrolled(&enrolled.json());
    let sale = till.sell("tea");
    let outcomes = door.push(&till, &[sale]).await;
    assert_eq!(outcomes.json()["outcomes"][0]["verdict"], "accepted");
    let page = door.get(&door.pull_path(0), Some(&till.token)).await.json();
    assert_eq!(page["span"]["to"], 1);
    assert_eq!(page["span"]["your_seq"], 1);
    assert_eq!(page["items"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn wrong_codes_make_the_open_ones_void() {
    let door = Door::new();
    let code = door.world.code().await;
    let enroll = |code: &str| json!({ "code": code, "name": "x", "kind": "till" }).to_string();
    for _ in 0..5 {
        let answer = door.post("/v1/enroll", None, enroll("AAAA-AAAA")).await;
        assert_eq!(answer.code(), "bad_enrolment_code");
    }
    let answer = door.post("/v1/enroll", None, enroll(&code)).await;
    assert_eq!(answer.code(), "bad_enrolment_code");
}

#[tokio::test]
async fn a_code_is_too_old_after_five_minutes() {
    let door = Door::new();
    let code = door.world.code().await;
    door.world.pass(5 * 60_000);
    let enroll = json!({ "code": code, "name": "x", "kind": "till" }).to_string();
    assert_eq!(
        door.post("/v1/enroll", None, enroll).await.code(),
        "bad_enrolment_code"
    );
}

#[tokio::test]
async fn one_address_cannot_try_codes_without_end() {
    let door = Door::new();
    let enroll = json!({ "code": "AAAA-AAAA", "name": "x", "kind": "till" }).to_string();
    for _ in 0..20 {
        door.post("/v1/enroll", None, enroll.clone()).await;
    }
    let answer = door.post("/v1/enroll", None, enroll).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn without_code_a_device_joins_only_the_demo_and_only_from_here() {
    let enroll = || json!({ "name": "x", "kind": "terminal" }).to_string();
    let shop = Door::new();
    assert_eq!(
        shop.post("/v1/enroll", None, enroll()).await.code(),
        "bad_enrolment_code"
    );
    let demo = Config {
        demo: true,
        ..Config::default()
    };
    let mut demo = Door::with(demo, &Options::default());
    assert_eq!(
        demo.post("/v1/enroll", None, enroll()).await.status,
        StatusCode::OK
    );
    demo.peer = SocketAddr::from(([10, 0, 0, 7], 5_000));
    assert_eq!(
        demo.post("/v1/enroll", None, enroll()).await.code(),
        "bad_enrolment_code"
    );
}

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
async fn a_snapshot_has_head_rows_and_end_and_can_be_resumed() {
    let door = Door::new();
    let mut till = door.world.till("till 1").await;
    let pushed: Vec<Pushed> = (0..40)
        .map(|n| till.make(&format!("product {n}"), n))
        .collect();
    door.push(&till, &pushed).await;
    let whole = door.get("/v1/sync/snapshot", Some(&till.token)).await;
    let lines: Vec<Value> = whole
        .text
        .lines()
        .map(|l| serde_json::from_str(l).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 42);
    assert_eq!(lines[0]["head"]["total"], 40);
    assert_eq!(lines[0]["head"]["your_seq"], 40);
    assert_eq!(lines[41]["end"]["position"], 40);
    assert!(lines[41]["end"]["sums"]["products"]["0"].is_string());
    let log = door.world.ledger.identity().log_id;
    let resume = format!(
        "/v1/sync/snapshot?generation={}&log={}&position=40&after_collection=products&after_id={}",
        log.generation,
        log.uuid,
        lines[30]["row"]["record"]["id"].as_str().expect("an id")
    );
    let rest = door.get(&resume, Some(&till.token)).await;
    let rest: Vec<Value> = rest
        .text
        .lines()
        .map(|l| serde_json::from_str(l).expect("JSON"))
        .collect();
    assert_eq!(rest[1..], lines[31..]);
}

#[tokio::test]
async fn a_device_sees_its_scope_alone() {
    let door = Door::new();
    let node = crate::support::insert(
        "credentials",
        "pin",
        sync_core::Document::new().with("pin", "hash"),
    );
    door.world
        .ledger
        .propose(vec![crate::support::body("pin", vec![node])])
        .await
        .expect("decided");
    let mut till = door.world.till("till 1").await;
    let board = door.world.device("board", DeviceKind::Dashboard).await;
    let sale = till.sell("tea");
    door.push(&till, &[sale]).await;
    let of = |token: String| {
        let door = &door;
        async move {
            door.get(&door.pull_path(0), Some(&token)).await.json()["items"]
                .as_array()
                .map(Vec::len)
        }
    };
    assert_eq!(of(till.token.clone()).await, Some(3));
    assert_eq!(of(board.token.clone()).await, Some(2));
    door.world.pass(200 * 86_400_000);
    assert_eq!(
        of(board.token.clone()).await,
        Some(1),
        "old sales are out of scope"
    );
    let snapshot = door.get("/v1/sync/snapshot", Some(&board.token)).await;
    assert!(!snapshot.text.contains("credentials") && !snapshot.text.contains("\"sales\""));
}

#[tokio::test]
async fn checksums_are_compared_at_the_head() {
    let door = Door::new();
    let mut till = door.world.till("till 1").await;
    let sale = till.sell("tea");
    door.push(&till, &[sale]).await;
    let snapshot = door.get("/v1/sync/snapshot", Some(&till.token)).await;
    let end: Value =
        serde_json::from_str(snapshot.text.lines().last().expect("a line")).expect("JSON");
    let log_id = door.world.ledger.identity().log_id;
    let check = |position: u64, sums: &Value| {
        json!({ "cursor": { "log_id": log_id, "position": position }, "sums": sums }).to_string()
    };
    let sums = &end["end"]["sums"];
    let same = door
        .post("/v1/sync/check", Some(&till.token), check(1, sums))
        .await
        .json();
    assert_eq!(
        (&same["position"], same["differs"].as_array().map(Vec::len)),
        (&json!(1), Some(0))
    );
    let behind = door
        .post("/v1/sync/check", Some(&till.token), check(0, sums))
        .await
        .json();
    assert_eq!(behind["position"], Value::Null);
    let mut wrong = sums.clone();
    wrong["stock_levels"]["0"] = json!("00000000000000000000000000000001");
    let differs = door
        .post("/v1/sync/check", Some(&till.token), check(1, &wrong))
        .await
        .json();
    assert_eq!(differs["differs"], json!([["stock_levels", 0]]));
}

#[tokio::test]
async fn a_cursor_of_another_log_needs_a_snapshot_and_one_beyond_the_head_a_restore() {
    let door = Door::new();
    let till = door.world.till("till 1").await;
    let foreign = format!(
        "/v1/sync/pull?generation=1&log={}&position=0",
        uuid::Uuid::nil()
    );
    assert_eq!(
        door.get(&foreign, Some(&till.token)).await.code(),
        "foreign_cursor"
    );
    assert_eq!(
        door.get(&door.pull_path(9), Some(&till.token)).await.code(),
        "restore_needed"
    );
    let ready = door.get("/readyz", None).await;
    assert_eq!(
        (ready.status, ready.code()),
        (StatusCode::SERVICE_UNAVAILABLE, "restore_needed".to_owned())
    );
    let mut till = till;
    let sale = till.sell("tea");
    assert_eq!(door.push(&till, &[sale]).await.code(), "restore_needed");
}

#[tokio::test]
async fn a_full_disk_is_a_clear_state() {
    let options = Options {
        max_pages: Some(150),
        ..Options::default()
    };
    let door = Door::with(Config::default(), &options);
    let mut till = door.world.till("till 1").await;
    let answer = loop {
        let text = "x".repeat(50_000);
        let pushed = till.make(&text, 1);
        let answer = door.push(&till, &[pushed]).await;
        if answer.status != StatusCode::OK {
            break answer;
        }
    };
    assert_eq!(
        (answer.code().as_str(), answer.json()["class"].as_str()),
        ("storage_full", Some("wait"))
    );
    let ready = door.get("/readyz", None).await;
    assert_eq!(ready.status, StatusCode::INSUFFICIENT_STORAGE);
    assert_eq!(door.get("/healthz", None).await.status, StatusCode::OK);
    assert_eq!(
        door.get(&door.pull_path(0), Some(&till.token)).await.status,
        StatusCode::OK
    );
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
    let nothing = door.get("/v1/nothing", None).await;
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
async fn a_lost_device_database_closes_the_identity_and_the_token_opens_a_new_one() {
    let door = Door::new();
    let mut till = door.world.till("till 1").await;
    let sale = till.sell("tea");
    door.push(&till, &[sale]).await;
    let mut said = hello(&door.world, &till).await;
    said.next_seq = sync_core::Seq(1);
    let answer = door
        .post("/v1/sync/hello", None, json!(said).to_string())
        .await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::UNAUTHORIZED, "identity_closed".to_owned())
    );
    let enroll = json!({ "token": till.token, "name": "Till 1", "kind": "till" }).to_string();
    let enrolled = door.post("/v1/enroll", None, enroll).await;
    let again = Device::enrolled(&enrolled.json());
    assert_ne!(again.info.id, till.info.id);
    assert_eq!(again.info.ordinal, 2);
}

#[tokio::test]
async fn the_document_names_exactly_the_doors_there_are() {
    let door = Door::new();
    let document = door.get("/v1/openapi.json", None).await.json();
    let paths = document["paths"].as_object().expect("paths");
    // The shop's own door: the binary adds it.
    for (path, doors) in paths
        .iter()
        .filter(|(path, _)| !path.starts_with("/v1/employees"))
    {
        let asked = path.replace("{id}", &uuid::Uuid::nil().to_string());
        for method in [Method::GET, Method::POST] {
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
    assert_eq!(paths.len(), master_server::door_paths().len() + 1);
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
    assert_eq!(door.get("/v1/nothing", None).await.code(), "not_found");
}
