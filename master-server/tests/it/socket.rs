//! The socket door, over real sockets.

use sync_core::{
    Code, Cursor, DeviceKind, Frame, Hello, Ping, Position, Pull, Pushed, Seq, Verdict, Welcome,
};
use tokio_tungstenite::connect_async;

use crate::support::{Device, Master, hello};

#[tokio::test]
async fn a_sale_reaches_its_till_as_outcome_and_everybody_as_change() {
    let master = Master::start().await;
    let (mut one, two) = (
        master.world.till("till 1").await,
        master.world.till("till 2").await,
    );
    let (mut link, mut other) = (master.online(&one).await, master.online(&two).await);
    link.push(vec![one.sell("tea")]).await;
    let (mut outcomes, mut changes) = (None, None);
    for _ in 0..2 {
        match link.next().await {
            Some(Frame::Outcomes(told)) => outcomes = Some(told),
            Some(Frame::Changes(told)) => changes = Some(told),
            frame => panic!("{frame:?}"),
        }
    }
    assert_eq!(
        outcomes.expect("told").outcomes[0].verdict,
        Verdict::Accepted
    );
    let own = changes.expect("told");
    assert_eq!((own.span.your_seq, own.items.len()), (Seq(1), 2));
    let Some(Frame::Changes(others)) = other.next().await else {
        panic!("no changes")
    };
    assert_eq!((others.span.your_seq, others.items), (Seq(0), own.items));
    assert_eq!(
        (others.span.from, others.span.to),
        (Position(0), Position(1))
    );
    assert_eq!(others.span.digest, own.span.digest);
}

#[tokio::test]
async fn a_rejection_is_a_change_without_items() {
    let master = Master::start().await;
    let mut till = master.world.till("till 1").await;
    let mut link = master.online(&till).await;
    link.push(vec![till.make("broken", -1)]).await;
    let mut seen = Vec::new();
    for _ in 0..2 {
        match link.next().await.expect("a frame") {
            Frame::Outcomes(told) => seen.push((told.outcomes[0].verdict == Verdict::Rejected, 0)),
            Frame::Changes(told) => seen.push((told.span.your_seq == Seq(1), told.items.len())),
            frame => panic!("{frame:?}"),
        }
    }
    assert_eq!(seen, [(true, 0), (true, 0)]);
}

#[tokio::test]
async fn a_dashboard_moves_on_past_what_is_not_for_it() {
    let master = Master::start().await;
    let board = master.world.device("board", DeviceKind::Dashboard).await;
    let mut link = master.online(&board).await;
    let op = crate::support::insert(
        "credentials",
        "pin",
        sync_core::Document::new().with("pin", "hash"),
    );
    master
        .world
        .ledger
        .propose(vec![crate::support::body("pin", vec![op])])
        .await
        .expect("decided");
    let Some(Frame::Changes(told)) = link.next().await else {
        panic!("no changes")
    };
    assert_eq!((told.span.to, told.items.len()), (Position(1), 0));
}

#[tokio::test]
async fn outcomes_before_a_fault_come_with_the_fault() {
    let master = Master::start().await;
    let mut till = master.world.till("till 1").await;
    let mut link = master.link().await;
    link.greet(hello(&master.world, &till).await).await;
    let (first, _skipped, third) = (till.sell("tea"), till.sell("tea"), till.sell("tea"));
    link.push(vec![first, third]).await;
    let Some(Frame::Outcomes(told)) = link.next().await else {
        panic!("no outcomes")
    };
    assert_eq!(told.outcomes.len(), 1);
    let Some(Frame::Error(error)) = link.next().await else {
        panic!("no error")
    };
    assert_eq!((error.code, error.expected_seq), (Code::Gap, Some(Seq(2))));
}

#[tokio::test]
async fn malformed_frames_close_neither_their_own_session_nor_others() {
    let master = Master::start().await;
    let (one, mut two) = (
        master.world.till("till 1").await,
        master.world.till("till 2").await,
    );
    let (mut bad, mut good) = (master.online(&one).await, master.online(&two).await);
    for text in [
        "",
        "{",
        "{\"fly\":{}}",
        "{\"push\":{\"mutations\":[{}]}}",
        "{\"pull\":{\"cursor\":1.5}}",
    ] {
        bad.text(text.to_owned()).await;
        assert_eq!(bad.error().await, Code::Malformed, "{text}");
    }
    bad.text(format!("{{\"push\":{}", "[".repeat(100_000)))
        .await;
    assert_eq!(bad.error().await, Code::Malformed);
    bad.text(" ".repeat((4 << 20) + 1)).await;
    assert_eq!(bad.error().await, Code::TooLarge);
    bad.send(&Frame::Welcome(bad_welcome(&master, &one).await))
        .await;
    assert_eq!(bad.error().await, Code::Validation);
    bad.send(&Frame::Ping(Ping { nonce: 5 })).await;
    assert!(matches!(bad.next().await, Some(Frame::Pong(pong)) if pong.nonce == 5));
    good.push(vec![two.sell("tea")]).await;
    assert!(matches!(
        good.next().await,
        Some(Frame::Outcomes(_) | Frame::Changes(_))
    ));
}

async fn bad_welcome(master: &Master, device: &Device) -> Welcome {
    let mut link = master.link().await;
    link.greet(hello(&master.world, device).await).await
}

#[tokio::test]
async fn a_socket_without_a_good_hello_is_closed() {
    let master = Master::start().await;
    let till = master.world.till("till 1").await;
    let good = hello(&master.world, &till).await;
    let wrong_token = Hello {
        token: "x".to_owned(),
        ..good.clone()
    };
    let wrong_store = Hello {
        store: sync_core::StoreId::from([7; 16]),
        ..good.clone()
    };
    let too_new = Hello {
        protocol: sync_core::ProtocolRange { min: 900, max: 901 },
        ..good
    };
    let cases = [
        (Frame::Hello(wrong_token), Code::Unauthenticated),
        (Frame::Hello(wrong_store), Code::Unauthenticated),
        (Frame::Hello(too_new), Code::NeedsUpgrade),
        (Frame::Ping(Ping { nonce: 1 }), Code::Unauthenticated),
    ];
    for (frame, code) in cases {
        let mut link = master.link().await;
        link.send(&frame).await;
        assert_eq!(link.error().await, code);
        assert!(link.next().await.is_none(), "closed");
    }
}

#[tokio::test]
async fn a_revoked_device_is_told_and_closed_with_its_next_frame() {
    let master = Master::start().await;
    let till = master.world.till("till 1").await;
    let mut link = master.online(&till).await;
    let revoke = master_server::ledger::Command::Revoke {
        device: till.info.id,
    };
    master.world.ledger.command(revoke).await.expect("revoked");
    link.send(&Frame::Ping(Ping { nonce: 1 })).await;
    assert_eq!(link.error().await, Code::Unauthenticated);
    assert!(link.next().await.is_none());
}

#[tokio::test]
async fn a_slow_device_is_told_to_pull_and_gets_everything() {
    let master = Master::start().await;
    let (mut busy, slow) = (
        master.world.till("till 1").await,
        master.world.till("till 2").await,
    );
    let mut link = master.online(&slow).await;
    // More than a live frame may carry.
    let pushed: Vec<Pushed> = (0..3)
        .map(|n| busy.make(&format!("{n}{}", "x".repeat(500_000)), n))
        .collect();
    master.world.push(&pushed).await.expect("decided");
    let mut position = Position(0);
    while position < Position(3) {
        match link.next().await {
            Some(Frame::Changes(told)) if told.span.from == position => position = told.span.to,
            Some(Frame::Changes(told)) => {
                let cursor = Cursor {
                    log_id: told.span.log_id,
                    position,
                };
                link.send(&Frame::Pull(Pull { cursor, limit: 100 })).await;
            }
            frame => panic!("{frame:?}"),
        }
    }
}

#[tokio::test]
async fn a_device_that_knows_a_later_generation_moves_a_restored_master_above_it() {
    let master = Master::start().await;
    let till = master.world.till("till 1").await;
    let mut said = hello(&master.world, &till).await;
    let ours = master.world.ledger.identity().log_id;
    said.cursor = Some(Cursor {
        log_id: sync_core::LogId {
            generation: 4,
            uuid: uuid::Uuid::nil(),
        },
        position: Position(9),
    });
    let mut link = master.link().await;
    let welcome = link.greet(said).await;
    assert_eq!(welcome.log_id.generation, 5);
    assert_ne!(welcome.log_id.uuid, ours.uuid);
}

#[tokio::test]
async fn a_device_that_has_seen_more_stops_the_store() {
    let master = Master::start().await;
    let till = master.world.till("till 1").await;
    let mut said = hello(&master.world, &till).await;
    said.cursor = Some(Cursor {
        log_id: master.world.ledger.identity().log_id,
        position: Position(1),
    });
    let mut link = master.link().await;
    link.send(&Frame::Hello(said)).await;
    assert_eq!(link.error().await, Code::RestoreNeeded);
}

#[tokio::test]
async fn sessions_are_told_before_the_master_stops() {
    let master = Master::start().await;
    let till = master.world.till("till 1").await;
    let mut link = master.online(&till).await;
    master.state.drain();
    assert!(matches!(link.next().await, Some(Frame::Drain(_))));
    assert!(link.next().await.is_none());
    master
        .state
        .sessions_ended(std::time::Duration::from_secs(5))
        .await;
}

#[tokio::test]
async fn a_page_of_another_origin_gets_no_socket() {
    use tokio_tungstenite::tungstenite::client::IntoClientRequest;
    let master = Master::start().await;
    let url = format!("ws://{}/v1/sync", master.address);
    let mut request = url.into_client_request().expect("a request");
    let origin = "http://evil.example".parse().expect("a value");
    request.headers_mut().insert("origin", origin);
    assert!(connect_async(request).await.is_err());
}

#[tokio::test]
async fn an_empty_frame_at_the_head_tells_the_true_digest() {
    let master = Master::start().await;
    let (mut busy, slow) = (
        master.world.till("till 1").await,
        master.world.till("till 2").await,
    );
    let mut link = master.online(&slow).await;
    let large = busy.make(&"x".repeat(500_000), 1);
    master.world.push(&[large]).await.expect("decided");
    let Some(Frame::Changes(told)) = link.next().await else {
        panic!("no changes")
    };
    let head = master
        .world
        .ledger
        .read(|reading| master_server::ledger::head(reading.connection));
    let (position, digest) = head.await.expect("readable");
    assert_eq!((told.span.from, told.span.to), (position, position));
    assert_eq!((told.span.digest, told.items.len()), (digest, 0));
}
