//! A device that asks faster than it may: it is told and slowed down, and nothing of it is lost.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use master_server::config::Config;
use master_server::ledger::Options;
use master_server::net::ConnectionLimits;
use sync_core::{Code, Frame, Ping, Seq};

use crate::doors::Door;
use crate::support::{Master, World};

const PINGS: u64 = 400;

fn slow() -> Config {
    Config {
        max_calls_per_second: 1_000,
        max_calls_at_once: 50,
        ..Config::default()
    }
}

#[tokio::test]
async fn a_socket_that_is_flooded_answers_everything_at_its_own_pace() {
    let world = World::new();
    let master = Master::configured(world, ConnectionLimits::default(), slow()).await;
    let mut till = master.world.till("till 1").await;
    let mut link = master.online(&till).await;
    let began = Instant::now();
    for nonce in 1..=PINGS {
        link.send(&Frame::Ping(Ping { nonce })).await;
    }
    let sale = till.sell("tea");
    link.push(vec![sale]).await;
    let (mut answered, mut told, mut decided) = (0, 0, None);
    while answered < PINGS || decided.is_none() {
        match link.next().await.expect("it stays open") {
            Frame::Pong(pong) => {
                answered += 1;
                assert_eq!(pong.nonce, answered);
            }
            Frame::Error(error) => {
                assert_eq!(error.code, Code::RateLimited);
                assert!(
                    error
                        .retry_after_ms
                        .is_some_and(|wait| (1..1_000).contains(&wait))
                );
                told += 1;
            }
            Frame::Outcomes(outcomes) => decided = Some(outcomes.outcomes[0].seq),
            Frame::Changes(_) => {}
            frame => panic!("{frame:?}"),
        }
    }
    assert_eq!(decided, Some(Seq(1)));
    // Once, not with each frame.
    assert_eq!(told, 1);
    // 50 at once, the rest at a thousand a second.
    assert!(began.elapsed() > Duration::from_millis(PINGS - 50 - 50));
}

#[tokio::test]
async fn requests_beyond_the_pace_are_told_when_to_come_again_and_others_are_not_slowed() {
    let config = Config {
        max_calls_per_second: 1,
        max_calls_at_once: 5,
        ..Config::default()
    };
    let door = Door::with(config, &Options::default());
    let (one, two) = (
        door.world.till("till 1").await,
        door.world.till("till 2").await,
    );
    let status = "/v1/sync/status";
    for _ in 0..5 {
        let answer = door.get(status, Some(&one.token)).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    let refused = door.get(status, Some(&one.token)).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.code(), "rate_limited");
    assert_eq!(refused.headers["retry-after"], "1");
    let wait = refused.json()["retry_after_ms"].as_u64();
    assert!(
        wait.is_some_and(|wait| (1..=1_000).contains(&wait)),
        "{wait:?}"
    );
    let other = door.get(status, Some(&two.token)).await;
    assert_eq!(other.status, StatusCode::OK);
}
