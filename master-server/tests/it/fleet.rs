//! What a master knows of its devices, from what they tell.

use serde_json::Value;
use sync_core::{Ack, Code, Cursor, Frame, Ping, Position, QueueStatus};

use crate::doors::{Asker, Door};
use crate::support::{Device, Link, Master, voided};

/// What `/v1/sync/status` says of a device.
async fn status(master: &Master, device: &Device) -> Value {
    let door = Asker::of(&master.state);
    let answer = door.get("/v1/sync/status", Some(&device.token)).await;
    let devices = answer.json()["devices"].clone();
    let devices = devices.as_array().expect("a list").iter();
    let mut own = devices.filter(|status| status["device"] == device.info.id.to_string());
    own.next().expect("known").clone()
}

/// Waits until everything said so far was taken in.
async fn answered(link: &mut Link) {
    link.send(&Frame::Ping(Ping { nonce: 1 })).await;
    while !matches!(link.next().await, Some(Frame::Pong(_))) {}
}

#[tokio::test]
async fn a_device_is_as_far_as_it_says_and_its_queue_as_old() {
    let master = Master::start().await;
    let mut till = master.world.till("till 1").await;
    let mut link = master.online(&till).await;
    let sales = [till.sell("tea"), till.sell("tea")];
    master.world.push(&sales).await.expect("decided");
    assert_eq!(status(&master, &till).await["behind"], 2);
    let cursor = Cursor {
        log_id: master.world.ledger.identity().log_id,
        position: Position(2),
    };
    link.send(&Frame::Ack(Ack { cursor })).await;
    link.send(&Frame::QueueStatus(QueueStatus {
        pending: 3,
        attention: 1,
        oldest_ms: Some(60_000),
    }))
    .await;
    answered(&mut link).await;
    master.world.pass(5_000);
    let known = loop {
        // Acknowledgements are checked beside the session.
        let known = status(&master, &till).await;
        if known["position"] == 2 {
            break known;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(
        (&known["behind"], &known["online"]),
        (&0.into(), &true.into())
    );
    assert_eq!(
        (&known["pending"], &known["attention"]),
        (&3.into(), &1.into())
    );
    assert_eq!(known["oldest_pending_ms"], 65_000);
}

#[tokio::test]
async fn a_device_that_has_applied_more_than_there_is_stops_the_store() {
    let master = Master::start().await;
    let till = master.world.till("till 1").await;
    let mut link = master.online(&till).await;
    let cursor = Cursor {
        log_id: master.world.ledger.identity().log_id,
        position: Position(7),
    };
    link.send(&Frame::Ack(Ack { cursor })).await;
    assert_eq!(link.error().await, Code::RestoreNeeded);
}

#[tokio::test]
async fn a_pull_says_how_far_a_device_is() {
    let door = Door::new();
    let mut till = door.world.till("till 1").await;
    let sales = [till.sell("tea"), till.sell("tea")];
    door.push(&till, &sales).await;
    door.get(&door.pull_path(1), Some(&till.token)).await;
    let answer = door.get("/v1/sync/status", Some(&till.token)).await;
    let known = answer.json()["devices"][0].clone();
    assert_eq!(
        (&known["position"], &known["behind"]),
        (&1.into(), &1.into())
    );
}

#[tokio::test]
async fn a_queue_is_told_over_requests_too() {
    let door = Door::new();
    let till = door.world.till("till 1").await;
    let queue = r#"{"pending":2,"attention":0,"oldest_ms":1000}"#;
    let told = door.post("/v1/sync/queue", Some(&till.token), queue).await;
    assert!(told.json()["time"].is_string(), "{}", told.text);
    let stranger = door.post("/v1/sync/queue", None, queue).await;
    assert_eq!(stranger.code(), "unauthenticated");
    let answer = door.get("/v1/sync/status", Some(&till.token)).await;
    let known = answer.json()["devices"][0].clone();
    assert_eq!(
        (&known["pending"], &known["oldest_pending_ms"]),
        (&2.into(), &1_000.into())
    );
}

#[tokio::test]
async fn what_became_of_what_a_device_sent_is_counted_and_the_latest_named() {
    let door = Door::new();
    let mut till = door.world.till("till 1").await;
    let mut other = door.world.till("till 2").await;
    let (own, others) = ([till.sell("tea"), till.sell("tea")], [other.sell("milk")]);
    door.push(&till, &own).await;
    door.push(&other, &others).await;
    let path = format!("/v1/sync/status?device_id={}", till.info.id);
    let history = door.get(&path, Some(&till.token)).await.json()["history"].clone();
    assert_eq!(
        (&history["synced"], &history["failed"]),
        (&2.into(), &0.into())
    );
    assert!(history["last_decided_at"].is_u64(), "{history}");
    let recent = history["recent"].as_array().expect("a list");
    let seqs: Vec<_> = recent.iter().map(|one| one["seq"].clone()).collect();
    assert_eq!(seqs, [2, 1]);
    assert_eq!(recent[0]["verdict"], "accepted");
}

#[tokio::test]
async fn what_a_device_took_back_itself_is_no_failure() {
    let door = Door::new();
    let till = door.world.till("till 1").await;
    let taken_back = [voided(&till)];
    door.push(&till, &taken_back).await;
    let path = format!("/v1/sync/status?device={}", till.info.id);
    let history = door.get(&path, Some(&till.token)).await.json()["history"].clone();
    assert_eq!(history["recent"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&history["synced"], &history["failed"]),
        (&0.into(), &0.into())
    );
}

/// What `/v1/sync/state` says of when a device was level last.
async fn last_synced(state: &master_server::AppState, device: &Device) -> Value {
    let door = Asker::of(state);
    let path = format!("/v1/sync/state/{}", device.info.id);
    let answer = door.get(&path, Some(&device.token)).await;
    answer.json()["last_synced_at"].clone()
}

#[tokio::test]
async fn when_a_device_was_level_last_is_told_and_outlives_a_restart() {
    let mut master = Master::start().await;
    let mut till = master.world.till("till 1").await;
    assert_eq!(last_synced(&master.state, &till).await, Value::Null);
    let mut link = master.online(&till).await;
    let start = master.world.now().0;
    assert_eq!(last_synced(&master.state, &till).await, start);
    master.world.pass(60_000);
    let sale = [till.sell("tea")];
    master.world.push(&sale).await.expect("decided");
    link.next().await.expect("a change");
    // It was told of a sale, and has not said that it has it.
    master.world.pass(30_000);
    assert_ne!(last_synced(&master.state, &till).await, start + 90_000);
    let cursor = Cursor {
        log_id: master.world.ledger.identity().log_id,
        position: Position(1),
    };
    link.send(&Frame::Ack(Ack { cursor })).await;
    while last_synced(&master.state, &till).await != start + 90_000 {
        tokio::task::yield_now().await;
    }
    drop(link);
    while master
        .world
        .ledger
        .device(till.info.id)
        .await
        .expect("readable")
        .and_then(|d| d.last_synced_at)
        .is_none()
    {
        master.state.close_books().await;
    }
    master.world.reopen();
    let anew = master_server::AppState::new(
        master.world.ledger.clone(),
        master_server::config::Config::default(),
        None,
    );
    assert_eq!(last_synced(&anew, &till).await, start + 90_000);
}
