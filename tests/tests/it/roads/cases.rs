//! The cases that look at frames.

use anyhow::{Result, bail};
use retail::collection;
use sync_client::transport::TransportError;
use sync_core::json::Raw;
use sync_core::{
    Code, Frame, Hello, Ping, Position, ProtocolRange, Pushed, Seq, Verdict as Decided, WireError,
};
use tillsync_tests::world::{Direction, Link, Mode, Verdict, World};

use super::peer::{Peer, Road, at, open};

pub(super) async fn a_hello_is_answered_with_welcome(road: Road) -> Result<()> {
    let world = World::with_tills(0).await?;
    let mut peer = Peer::join(&world, road, "peer").await?;
    let welcome = peer.greet().await?;
    assert_eq!(welcome.device, peer.device.identity.device);
    assert_eq!(welcome.log_id, peer.device.identity.log_id);
    assert_eq!(welcome.high_water, Seq(0));
    world.end().await
}

pub(super) async fn a_push_is_answered_with_its_outcomes(road: Road) -> Result<()> {
    let world = World::with_tills(0).await?;
    let mut peer = Peer::join(&world, road, "peer").await?;
    peer.greet().await?;
    let mutations = (0..3).map(|_| peer.make(&world, 1)).collect();
    peer.push(mutations).await?;
    let outcomes = peer.outcomes().await?.outcomes;
    let seqs: Vec<u64> = outcomes.iter().map(|outcome| outcome.seq.0).collect();
    assert_eq!(seqs, [1, 2, 3]);
    let all = outcomes.iter().all(|o| o.verdict == Decided::Accepted);
    assert!(all, "{outcomes:?}");
    assert_eq!(world.count(collection::CATEGORIES)?, 3);
    world.end().await
}

pub(super) async fn a_device_catches_up_page_by_page(road: Road) -> Result<()> {
    let world = World::with_tills(0).await?;
    let mut peer = Peer::join(&world, road, "peer").await?;
    let before = peer.greet().await?;
    let mutations = (0..7).map(|_| peer.make(&world, 1)).collect();
    peer.device.decided(mutations).await?;
    let (mut position, mut pages, mut records) = (before.head, 0, 0);
    loop {
        peer.pull(at(&before, position), 3).await?;
        let page = peer.changes().await?;
        assert_eq!(page.span.from, position);
        (position, pages, records) = (page.span.to, pages + 1, records + page.items.len());
        if position == page.span.head {
            assert_eq!(page.span.your_seq, Seq(7));
            break;
        }
    }
    assert_eq!((pages, records), (3, 7));
    world.end().await
}

pub(super) async fn a_page_of_more_than_a_megabyte_arrives_whole(road: Road) -> Result<()> {
    let world = World::with_tills(0).await?;
    let mut peer = Peer::join(&world, road, "peer").await?;
    let welcome = peer.greet().await?;
    // A page that has not reached its limit takes one more mutation, and never a part of one.
    let mutations = vec![
        peer.make_long(&world, 100, 9_000),
        peer.make_long(&world, 100, 9_000),
    ];
    for mutation in mutations {
        peer.device.decided(vec![mutation]).await?;
    }
    peer.pull(at(&welcome, welcome.head), 500).await?;
    let page = peer.changes().await?;
    let bytes = Frame::Changes(page.clone()).encode().len();
    assert_eq!(page.items.len(), 200);
    assert!(bytes > 1 << 20, "{bytes} bytes");
    world.end().await
}

pub(super) async fn what_another_device_did_arrives(road: Road) -> Result<()> {
    let world = World::with_tills(0).await?;
    let mut peer = Peer::join(&world, road, "peer").await?;
    let mut other = Peer::join(&world, road, "other").await?;
    let welcome = peer.greet().await?;
    let cursor = peer.catch_up(&welcome).await?;
    let mutations = vec![other.make(&world, 1)];
    other.device.decided(mutations).await?;
    let news = peer.news(cursor).await?;
    assert_eq!(
        (news.span.from, news.span.to),
        (cursor.position, cursor.position.next())
    );
    assert_eq!((news.items.len(), news.span.your_seq), (1, Seq(0)));
    world.end().await
}

pub(super) async fn a_heartbeat_is_answered(road: Road) -> Result<()> {
    let world = World::with_tills(0).await?;
    let mut peer = Peer::join(&world, road, "peer").await?;
    peer.greet().await?;
    peer.say(Frame::Ping(Ping { nonce: 77 })).await?;
    let pong = peer.hear("pong").await?;
    assert!(matches!(pong, Frame::Pong(pong) if pong.nonce == 77));
    world.end().await
}

pub(super) async fn an_answer_held_back_arrives_when_the_link_is_back(road: Road) -> Result<()> {
    let world = World::with_tills(0).await?;
    let mut peer = Peer::join(&world, road, "peer").await?;
    let mut other = Peer::join(&world, road, "other").await?;
    let welcome = peer.greet().await?;
    peer.link.set(Mode::Silent);
    peer.pull(at(&welcome, welcome.head), 500).await?;
    // What another device asks for later is answered meanwhile.
    let greeted = other.greet().await?;
    other.catch_up(&greeted).await?;
    assert_eq!(peer.heard(), Vec::<String>::new());
    peer.link.set(Mode::Open);
    assert_eq!(peer.changes().await?.span.to, welcome.head);
    world.end().await
}

pub(super) async fn an_answer_cut_in_the_middle_is_an_error(road: Road) -> Result<()> {
    let world = World::with_tills(0).await?;
    let mut peer = Peer::join(&world, road, "peer").await?;
    let welcome = peer.greet().await?;
    meddle(&peer.link, "changes", Verdict::Break);
    peer.pull(at(&welcome, welcome.head), 500).await?;
    let end = peer.hear_anything().await?;
    assert!(
        matches!(end, Some(Err(TransportError::Network(_)))),
        "{end:?}"
    );
    assert_eq!(peer.hear_anything().await?, None);
    peer.connect_again().await?;
    peer.greet().await?;
    world.end().await
}

pub(super) async fn an_answer_lost_after_the_commit_is_had_again_and_nothing_happens_twice(
    road: Road,
) -> Result<()> {
    let world = World::with_tills(0).await?;
    let mut peer = Peer::join(&world, road, "peer").await?;
    peer.greet().await?;
    let mutations: Vec<Pushed> = (0..2).map(|_| peer.make(&world, 1)).collect();
    meddle(&peer.link, "outcomes", Verdict::Cut);
    peer.push(mutations.clone()).await?;
    while let Some(Ok(_)) = peer.hear_anything().await? {}
    assert_eq!(world.count(collection::CATEGORIES)?, 2);
    peer.connect_again().await?;
    let welcome = peer.greet().await?;
    assert_eq!(welcome.high_water, Seq(2));
    peer.push(mutations).await?;
    let outcomes = peer.outcomes().await?.outcomes;
    let places: Vec<Position> = outcomes.iter().map(|outcome| outcome.position).collect();
    assert_eq!(places, [Position(welcome.head.0 - 1), welcome.head]);
    assert_eq!(world.count(collection::CATEGORIES)?, 2);
    world.end().await
}

pub(super) async fn who_is_not_let_in_is_told_so(road: Road) -> Result<()> {
    let world = World::with_tills(0).await?;
    let mut peer = Peer::join(&world, road, "peer").await?;
    let wrong = Hello {
        token: "somebody else's".to_owned(),
        ..peer.hello()
    };
    peer.say(Frame::Hello(wrong)).await?;
    assert_eq!(error(&mut peer).await?.code, Code::Unauthenticated);
    peer.connect_again().await?;
    let forbidden = Frame::Error(WireError::new(Code::Forbidden, "not here"));
    meddle(&peer.link, "welcome", Verdict::Replace(forbidden.encode()));
    peer.say(Frame::Hello(peer.hello())).await?;
    assert_eq!(error(&mut peer).await?.code, Code::Forbidden);
    peer.connect_again().await?;
    peer.greet().await?;
    world.end().await
}

pub(super) async fn a_page_of_a_hotspot_is_no_answer(road: Road) -> Result<()> {
    let world = World::with_tills(0).await?;
    let mut peer = Peer::join(&world, road, "peer").await?;
    peer.link.set(Mode::Portal);
    let refused = match open(&peer.link, road).await {
        Err(error) => Some(error),
        Ok(connection) => {
            peer.connection = connection;
            peer.say(Frame::Hello(peer.hello())).await?;
            peer.hear_anything().await?.and_then(Result::err)
        }
    };
    assert_eq!(refused, Some(TransportError::Refused { status: 403 }));
    world.end().await
}

pub(super) async fn a_node_that_is_not_the_master_names_it(road: Road) -> Result<()> {
    let world = World::with_tills(0).await?;
    let mut peer = Peer::join(&world, road, "peer").await?;
    let elsewhere = Frame::Error(WireError::not_master("http://192.168.1.7:7400"));
    meddle(&peer.link, "welcome", Verdict::Replace(elsewhere.encode()));
    peer.say(Frame::Hello(peer.hello())).await?;
    let error = error(&mut peer).await?;
    assert_eq!(error.code, Code::NotMaster);
    assert_eq!(error.master.as_deref(), Some("http://192.168.1.7:7400"));
    world.end().await
}

pub(super) async fn a_protocol_too_old_is_answered_in_words(road: Road) -> Result<()> {
    let world = World::with_tills(0).await?;
    let mut peer = Peer::join(&world, road, "peer").await?;
    let old = Hello {
        protocol: ProtocolRange { min: 0, max: 0 },
        ..peer.hello()
    };
    peer.say(Frame::Hello(old)).await?;
    let error = error(&mut peer).await?;
    assert_eq!(error.code, Code::NeedsUpgrade);
    assert!(error.message.contains("protocol"), "{error}");
    world.end().await
}

pub(super) async fn a_frame_over_the_limit_is_answered_in_words(road: Road) -> Result<()> {
    let world = World::with_tills(0).await?;
    let mut peer = Peer::join(&world, road, "peer").await?;
    peer.greet().await?;
    let text = serde_json::to_string(&"x".repeat(sync_core::MAX_FRAME_BYTES))?;
    let huge = peer.device.seal_text(1, Raw::new(&text)?);
    peer.push(vec![Pushed::Mutation(huge)]).await?;
    assert_eq!(error(&mut peer).await?.code, Code::TooLarge);
    let good = vec![peer.make(&world, 1)];
    peer.push(good).await?;
    assert_eq!(peer.outcomes().await?.outcomes.len(), 1);
    world.end().await
}

pub(super) async fn an_answer_that_is_no_frame_is_told_from_one(road: Road) -> Result<()> {
    let world = World::with_tills(0).await?;
    let mut peer = Peer::join(&world, road, "peer").await?;
    let welcome = peer.greet().await?;
    for garbage in ["", "null", "{\"fly\":{}}", "<html>hello</html>"] {
        meddle(&peer.link, "changes", Verdict::Replace(garbage.to_owned()));
        peer.pull(at(&welcome, welcome.head), 500).await?;
        let Some(Ok(text)) = peer.hear_anything().await? else {
            bail!("{garbage:?} ended the connection");
        };
        assert!(Frame::decode_from_node(&text).is_err(), "{text}");
    }
    peer.catch_up(&welcome).await?;
    world.end().await
}

pub(super) async fn a_master_that_stops_ends_the_connection(road: Road) -> Result<()> {
    let mut world = World::with_tills(0).await?;
    let mut peer = Peer::join(&world, road, "peer").await?;
    let welcome = peer.greet().await?;
    world.master.stop().await?;
    if road == Road::Socket {
        assert!(matches!(peer.hear("drain").await?, Frame::Drain(_)));
        assert_eq!(peer.hear_anything().await?, None);
    } else {
        peer.pull(at(&welcome, welcome.head), 500).await?;
        let end = peer.hear_anything().await?;
        assert!(
            matches!(end, Some(Err(TransportError::Network(_)))),
            "{end:?}"
        );
    }
    world.master.start().await?;
    peer.connect_again().await?;
    assert_eq!(peer.greet().await?.head, welcome.head);
    world.end().await
}

/// Does this to the next frame of a name that goes down.
fn meddle(link: &Link, name: &'static str, how: Verdict) {
    let mut how = Some(how);
    link.inspect(move |frame| {
        let fits = frame.direction == Direction::Down && frame.name == name;
        let taken = if fits { how.take() } else { None };
        taken.unwrap_or(Verdict::Pass)
    });
}

async fn error(peer: &mut Peer) -> Result<WireError> {
    match peer.hear("error").await? {
        Frame::Error(error) => Ok(error),
        other => bail!("{other:?}"),
    }
}
