//! What the audit tells of syncing: who was connected, from where, for how long and how it ended; and
//! who was turned away.

use std::path::Path;

use master_server::ledger::{Entry, Filter, Written, read_audit, verify_file};
use serde_json::{Value, json};
use sync_core::{Ack, Cursor, DeviceGone, Enroll, Frame, Millis, Position, Pull};

use crate::doors::{Asker, Door};
use crate::support::{Corner, Device, Master, START, World, hello};

/// The entries of a kind, oldest first.
async fn entries(world: &World, kind: &str) -> Vec<Written> {
    let filter = Filter {
        kind: Some(kind.to_owned()),
        limit: 1_000,
        ..Filter::default()
    };
    let found = world
        .ledger
        .read(move |reading| read_audit(reading.connection, &filter))
        .await
        .expect("readable");
    found.entries.into_iter().rev().collect()
}

fn told(entry: &Written) -> Value {
    entry.payload.clone().expect("not erased")
}

/// Waits for the next session to be over, and writes it down.
async fn sessions(master: &Master, count: usize) -> Vec<Written> {
    loop {
        master.state.close_books().await;
        let sessions = entries(&master.world, "session").await;
        if sessions.len() >= count {
            return sessions;
        }
        tokio::task::yield_now().await;
    }
}

fn shutdown(device: &Device) -> Frame {
    Frame::DeviceShutdown(DeviceGone {
        device: device.info.id,
        reason: "switched off".to_owned(),
    })
}

#[track_caller]
fn sound(path: &Path) {
    let report = verify_file(path, &Corner::new()).expect("readable");
    assert!(report.ok, "{:?}", report.faults);
}

#[tokio::test]
async fn a_session_is_one_entry_with_what_it_brought_and_how_it_ended() {
    let master = Master::start().await;
    let mut till = master.world.till("till 1").await;
    let mut hello = hello(&master.world, &till).await;
    let log_id = master.world.ledger.identity().log_id;
    hello.cursor = Some(Cursor {
        log_id,
        position: Position(0),
    });
    let mut link = master.link().await;
    let welcome = link.greet(hello).await;
    link.catch_up(&welcome).await;
    link.push(vec![till.sell("tea"), till.sell("tea")]).await;
    for _ in 0..2 {
        link.next().await.expect("outcomes and changes");
    }
    let cursor = Cursor {
        log_id,
        position: Position(2),
    };
    link.send(&Frame::Ack(Ack { cursor })).await;
    // Answered after the one before it.
    link.send(&Frame::Pull(Pull { cursor, limit: 1 })).await;
    link.next().await.expect("a page");
    master.world.pass(90_000);
    assert_eq!(entries(&master.world, "session").await.len(), 0);
    link.send(&shutdown(&till)).await;
    let sessions = sessions(&master, 1).await;
    assert_eq!(sessions.len(), 1);
    assert_eq!(sessions[0].device, Some(till.info.id));
    let expected = json!({
        "road": "socket", "address": "127.0.0.1", "since": START, "until": START + 90_000,
        "from_position": 0, "to_position": 2, "sent": 2, "ended": "goodbye",
    });
    assert_eq!(told(&sessions[0]), expected);
    let decisions = entries(&master.world, "decision").await;
    assert_eq!(decisions.len(), 2);
    assert!(
        decisions
            .iter()
            .all(|entry| told(entry)["address"] == "127.0.0.1")
    );
    sound(&master.world.path());
}

#[tokio::test]
async fn a_session_that_breaks_is_told_apart_from_one_that_is_sent_away() {
    let master = Master::start().await;
    let (one, two) = (
        master.world.till("till 1").await,
        master.world.till("till 2").await,
    );
    drop(master.online(&one).await);
    let lost = sessions(&master, 1).await;
    assert_eq!(told(&lost[0])["ended"], "lost");
    let mut link = master.online(&two).await;
    let revoke = master_server::ledger::Command::Revoke {
        device: two.info.id,
    };
    master.world.ledger.command(revoke).await.expect("revoked");
    link.push(Vec::new()).await;
    let refused = sessions(&master, 2).await;
    let refused = told(&refused[1]);
    assert_eq!(
        (&refused["ended"], &refused["error"]),
        (&json!("refused"), &json!("unauthenticated"))
    );
}

#[tokio::test]
async fn a_session_that_lasts_is_told_of_each_hour_and_costs_no_write_of_its_own() {
    let master = Master::start().await;
    let mut till = master.world.till("till 1").await;
    let mut link = master.online(&till).await;
    master.world.pass(61 * 60_000);
    link.push(vec![till.sell("tea")]).await;
    for _ in 0..2 {
        link.next().await.expect("outcomes and changes");
    }
    // Not written by itself: it came with the sale.
    let hours = entries(&master.world, "session").await;
    assert_eq!(hours.len(), 1);
    assert_eq!(told(&hours[0])["ended"], "goes_on");
    link.send(&shutdown(&till)).await;
    let all = sessions(&master, 2).await;
    let rest = told(&all[1]);
    assert_eq!(rest["since"], told(&all[0])["until"]);
    assert_eq!(
        (&rest["sent"], &rest["ended"]),
        (&json!(1), &json!("goodbye"))
    );
}

#[tokio::test]
async fn requests_of_a_device_are_one_entry_for_each_hour() {
    let master = Master::start().await;
    let mut till = master.world.till("till 1").await;
    let door = Asker::of(&master.state);
    let log = master.world.ledger.identity().log_id;
    let pull = |position: u64| {
        format!(
            "/v1/sync/pull?generation={}&log={}&position={position}",
            log.generation, log.uuid
        )
    };
    for position in 0..3 {
        let sale = [till.sell("tea")];
        assert_eq!(door.push(&till, &sale).await.status, 200);
        let pulled = door.get(&pull(position), Some(&till.token)).await;
        assert_eq!(pulled.status, 200);
        master.world.pass(60_000);
    }
    master.world.pass(60 * 60_000);
    door.get(&pull(99), Some(&till.token)).await;
    master.state.close_books().await;
    let visits = entries(&master.world, "session").await;
    let first = told(&visits[0]);
    assert_eq!(first["road"], "requests");
    assert_eq!(
        (&first["sent"], &first["ended"], &first["address"]),
        (&json!(3), &json!("hour"), &json!("127.0.0.1"))
    );
    // What the second hour brought: a cursor that nobody has.
    let second = told(&visits[1]);
    assert_eq!(
        (&second["sent"], &second["error"], &second["ended"]),
        (
            &json!(0),
            &json!("restore_needed"),
            &json!("master_stopped")
        )
    );
    assert_eq!(visits.len(), 2);
    sound(&master.world.path());
}

#[tokio::test]
async fn whoever_is_not_let_in_is_written_down_with_code_and_address() {
    let master = Master::start().await;
    let till = master.world.till("till 1").await;
    let revoke = master_server::ledger::Command::Revoke {
        device: till.info.id,
    };
    master.world.ledger.command(revoke).await.expect("revoked");
    let mut link = master.link().await;
    link.send(&Frame::Hello(hello(&master.world, &till).await))
        .await;
    link.error().await;
    let mut link = master.link().await;
    let wrong = Enroll {
        code: Some("ABCD-WXYZ".to_owned()),
        token: None,
        name: "Till 9".to_owned(),
        kind: sync_core::DeviceKind::Till,
    };
    link.send(&Frame::Enroll(wrong)).await;
    link.error().await;
    let door = Asker::of(&master.state);
    door.get("/v1/sync/status", Some("nobody's")).await;
    master.state.close_books().await;
    let of = async |kind: &str| {
        let mut found = entries(&master.world, kind).await;
        assert_eq!(found.len(), 1, "{kind}");
        found.remove(0)
    };
    let (hello, enrolment, token) = (
        of("hello_refused").await,
        of("enrolment_refused").await,
        of("token_refused").await,
    );
    assert_eq!(hello.device, Some(till.info.id));
    let why = json!({ "code": "unauthenticated", "address": "127.0.0.1" });
    assert_eq!((told(&hello), told(&token)), (why.clone(), why));
    let why = json!({ "code": "bad_enrolment_code", "address": "127.0.0.1", "field": "code" });
    assert_eq!(told(&enrolment), why);
    sound(&master.world.path());
}

#[tokio::test]
async fn asking_again_and_again_fills_no_disk() {
    let door = Door::new();
    for _ in 0..500 {
        door.get("/v1/sync/status", Some("guess")).await;
    }
    door.state.write_down().await;
    assert_eq!(entries(&door.world, "more_refused").await.len(), 0);
    door.world.pass(60 * 60_000);
    door.state.write_down().await;
    let more = entries(&door.world, "more_refused").await;
    let few = entries(&door.world, "token_refused").await.len();
    assert!((1..20).contains(&few), "{few}");
    let expected = json!({ "address": "127.0.0.1", "since": START, "count": 500 - few });
    assert_eq!(told(&more[0]), expected);
    assert_eq!(more.len(), 1);
}

#[tokio::test]
async fn what_rides_along_waits_where_nothing_can_be_written() {
    let world = World::with(&master_server::ledger::Options {
        max_pages: Some(120),
        ..Default::default()
    });
    let big = "x".repeat(400_000);
    world
        .ledger
        .note(Entry::new("session", None, json!({ "note": "kept" })));
    let full = Entry::new("filler", None, json!({ "note": big }));
    let refused = world
        .ledger
        .command(master_server::ledger::Command::Audit(full))
        .await;
    assert_eq!(
        refused.expect_err("no room").code,
        sync_core::Code::StorageFull
    );
    world
        .ledger
        .write_notes()
        .await
        .expect("there is room for it");
    let kept = entries(&world, "session").await;
    assert_eq!(kept.len(), 1);
    assert_eq!(
        (told(&kept[0]), kept[0].at),
        (json!({ "note": "kept" }), Millis(START))
    );
}
