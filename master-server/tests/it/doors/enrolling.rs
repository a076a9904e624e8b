//! Joining a store.

use std::net::SocketAddr;

use axum::http::StatusCode;
use master_server::config::Config;
use master_server::ledger::Options;
use serde_json::json;

use super::Door;
use crate::support::{Device, hello};

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
    demo.asker.peer = SocketAddr::from(([10, 0, 0, 7], 5_000));
    assert_eq!(
        demo.post("/v1/enroll", None, enroll()).await.code(),
        "bad_enrolment_code"
    );
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
