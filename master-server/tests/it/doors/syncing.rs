//! Push, pull, snapshot, check.

use axum::http::StatusCode;
use master_server::config::Config;
use master_server::ledger::Options;
use serde_json::{Value, json};
use sync_core::{DeviceKind, Pushed};

use super::Door;

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
async fn what_is_full_of_records_is_packed_for_another_machine_and_goes_plain_on_this_one() {
    let mut door = Door::new();
    let mut till = door.world.till("till 1").await;
    let made: Vec<Pushed> = (0..40)
        .map(|n| till.make(&format!("product {n}"), n))
        .collect();
    door.push(&till, &made).await;
    for path in ["/v1/sync/snapshot".to_owned(), door.pull_path(0)] {
        let (here, there) = ([127, 0, 0, 1], [192, 168, 1, 20]);
        let asking = [
            (here, "gzip, zstd", None),
            (there, "gzip", Some("gzip")),
            (there, "gzip, deflate, br, zstd", Some("zstd")),
        ];
        for (peer, accepted, packed) in asking {
            door.asker.peer = (peer, 5_000).into();
            let asked = axum::http::Request::get(&path)
                .header("host", "localhost:7400")
                .header("accept-encoding", accepted)
                .header("authorization", format!("Bearer {}", till.token));
            let asked = asked.body(axum::body::Body::empty()).expect("a request");
            let answer = door.response(asked).await;
            assert_eq!(answer.status(), StatusCode::OK);
            let encoding = answer.headers().get("content-encoding");
            let encoding = encoding.and_then(|encoding| encoding.to_str().ok());
            assert_eq!(encoding, packed, "{path} {peer:?}");
        }
    }
}

#[tokio::test]
async fn of_many_that_take_all_at_once_some_are_packed_with_less_memory() {
    let mut door = Door::new();
    let till = door.world.till("till 1").await;
    door.asker.peer = ([192, 168, 1, 20], 5_000).into();
    let mut answers = Vec::new();
    let take = async || {
        let asked = axum::http::Request::get("/v1/sync/snapshot")
            .header("host", "localhost:7400")
            .header("accept-encoding", "zstd, gzip")
            .header("authorization", format!("Bearer {}", till.token));
        let asked = asked.body(axum::body::Body::empty()).expect("a request");
        let answer = door.response(asked).await;
        let encoding = answer.headers().get("content-encoding").cloned();
        (encoding.expect("it is packed"), answer)
    };
    // Nobody reads them: they last.
    while let (encoding, answer) = take().await
        && encoding == "zstd"
    {
        answers.push(answer);
        assert!(answers.len() < 100, "there is no end");
    }
    answers.pop();
    assert_eq!(take().await.0, "zstd");
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
async fn what_was_decided_after_a_time_comes_in_pages_and_goes_on_by_cursor() {
    let door = Door::new();
    let (mut one, two) = (
        door.world.till("till 1").await,
        door.world.till("till 2").await,
    );
    let first = [one.make("tea", 250)];
    door.push(&one, &first).await;
    let since = door.world.now();
    door.world.pass(1_000);
    let sold: Vec<Pushed> = (0..3).map(|_| one.sell("tea")).collect();
    door.push(&one, &sold).await;
    for device in [&one, &two] {
        let token = Some(device.token.as_str());
        let path = format!("/v1/sync/pull?since={}&limit=2", since.0);
        let page = door.get(&path, token).await.json();
        let span = &page["span"];
        assert_eq!(
            (&span["from"], &span["to"], &span["head"]),
            (&json!(1), &json!(3), &json!(4))
        );
        // Each sale with its stock, and the product from before not.
        assert_eq!(page["items"].as_array().map(Vec::len), Some(4));
        assert_eq!(span["your_seq"], if device.seq.0 > 0 { 3 } else { 0 });
        let rest = door.get(&door.pull_path(3), token).await.json();
        assert_eq!(
            (&rest["span"]["from"], &rest["span"]["to"]),
            (&json!(3), &json!(4))
        );
        let nothing = door.get(&door.pull_path(4), token).await.json();
        assert_eq!(nothing["items"], json!([]));
    }
    let later = format!("/v1/sync/pull?since={}", door.world.now().0);
    let page = door.get(&later, Some(&two.token)).await.json();
    assert_eq!(
        (&page["span"]["to"], &page["items"]),
        (&json!(4), &json!([]))
    );
    // To ask by time says nothing of what was applied.
    let status = door.get("/v1/sync/status", Some(&two.token)).await.json();
    let known = status["devices"].as_array().expect("a list");
    let of_two = |known: &&Value| known["device"] == json!(two.info.id);
    assert_eq!(
        known.iter().find(of_two).map(|known| &known["position"]),
        Some(&json!(4))
    );
}

#[tokio::test]
async fn a_pull_that_does_not_say_after_what_names_the_field() {
    let door = Door::new();
    let till = door.world.till("till 1").await;
    let cursor = door.pull_path(0);
    for (path, field) in [
        ("/v1/sync/pull".to_owned(), "since"),
        ("/v1/sync/pull?since=yesterday".to_owned(), "since"),
        (
            "/v1/sync/pull?since=2026-01-01T09:00:00".to_owned(),
            "since",
        ),
        (format!("{cursor}&since=5"), "since"),
        (cursor.replace("position=0", "position=first"), "position"),
        (cursor.replace("position=0", ""), "position"),
        (cursor.replace("log=", "log=x"), "log"),
        (cursor.replace("limit=100", "limit=many"), "limit"),
    ] {
        let answer = door.get(&path, Some(&till.token)).await;
        let (code, said) = (answer.code(), answer.json()["field"].clone());
        assert_eq!(
            (code.as_str(), said),
            ("validation", json!(field)),
            "{path}"
        );
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn a_time_before_the_kept_log_is_answered_as_an_old_cursor() {
    let retention = master_server::ledger::Retention {
        days: 30,
        positions: 10,
    };
    let options = Options {
        retention,
        ..Options::default()
    };
    let door = Door::with(Config::default(), &options);
    let mut till = door.world.till("till 1").await;
    let before = door.world.now().0 - 1;
    for _ in 0..30 {
        let sale = [till.sell("tea")];
        door.push(&till, &sale).await;
        door.world.pass(1_000);
    }
    let by_time = |time: u64| format!("/v1/sync/pull?since={time}");
    for path in [by_time(before), door.pull_path(0)] {
        let old = door.get(&path, Some(&till.token)).await;
        assert_eq!(
            (old.status, old.code().as_str()),
            (StatusCode::CONFLICT, "foreign_cursor")
        );
    }
    let kept = by_time(door.world.now().0 - 5_000);
    assert_eq!(
        door.get(&kept, Some(&till.token)).await.status,
        StatusCode::OK
    );
}
