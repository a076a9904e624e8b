//! The cases that look at a whole till.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use retail::collection;
use sync_client::ConnectionState;
use sync_client::transport::Method;
use sync_core::{Frame, WireError};
use tillsync_tests::world::{Direction, Link, Verdict, World, patiently};
use tokio::sync::Notify;

use super::peer::Road;

const LIMIT: Duration = Duration::from_secs(90);

/// A shop whose first till is on this road.
async fn shop(road: Road, tills: usize) -> Result<World> {
    let world = World::with_tills(tills).await?;
    if road == Road::Requests {
        world.tills[0].link.refuse_sockets(true);
        let mut sockets = world.tills[0].link.sockets();
        patiently(
            LIMIT,
            "the socket to end",
            sockets.wait_for(|open| *open == 0),
        )
        .await??;
        // It notices by itself; a person who looks on is quicker.
        world.tills[0].client().retry_now();
    }
    Ok(world)
}

pub(super) async fn a_till_comes_level_whatever_breaks(road: Road) -> Result<()> {
    let world = shop(road, 2).await?;
    let link = &world.tills[0].link;
    let faults = [
        ("outcomes", Verdict::Cut),
        ("outcomes", Verdict::Replace("garbage".to_owned())),
        ("outcomes", Verdict::Break),
        ("changes", Verdict::Break),
        ("welcome", Verdict::Replace("{}".to_owned())),
    ];
    let mut left = VecDeque::from(faults);
    let broken = Arc::new(Notify::new());
    let tell = Arc::clone(&broken);
    link.inspect(move |frame| {
        let fits = |name: &str| frame.direction == Direction::Down && frame.name == name;
        match left.pop_front_if(|(name, _)| fits(name)) {
            Some((_, verdict)) => {
                if left.is_empty() {
                    tell.notify_one();
                }
                verdict
            }
            None => Verdict::Pass,
        }
    });
    let everything_broke = broken.notified();
    tokio::pin!(everything_broke);
    let mut sold = 0;
    loop {
        world.sell(0, &format!("sale {sold}"), 1).await?;
        world.sell(1, &format!("another {sold}"), 1).await?;
        sold += 1;
        world.tills[0].until_sent().await?;
        if futures_util::future::FutureExt::now_or_never(&mut everything_broke).is_some() {
            break;
        }
        world.tills[0].client().retry_now();
        anyhow::ensure!(sold < 100, "the faults never came");
    }
    world.converge().await?;
    assert_eq!(world.count(collection::SALES)?, 2 * sold);
    assert_eq!(world.tills[0].status().attention, 0);
    world.end().await
}

pub(super) async fn a_till_moves_to_the_master_it_is_sent_to(road: Road) -> Result<()> {
    let world = shop(road, 2).await?;
    let master = Link::open(world.master.address()).await?;
    master.refuse_sockets(road == Road::Requests);
    let till = &world.tills[0];
    point(&till.link, &master.url());
    till.link.cut();
    world.sell(0, "at the other node", 1).await?;
    till.client().retry_now();
    till.until_sent().await?;
    world.sell(1, "by somebody else", 1).await?;
    world.converge().await?;
    assert_eq!(world.count(collection::SALES)?, 2);
    assert_eq!(
        till.link.pushed(),
        0,
        "nothing was sent to what is not the master"
    );
    drop(master);
    // The one it was sent to is gone, and the first is the master again.
    till.link.pass();
    world.sell(0, "at home again", 1).await?;
    till.client().retry_now();
    world.converge().await?;
    assert_eq!(world.count(collection::SALES)?, 3);
    world.end().await
}

pub(super) async fn nodes_that_name_each_other_cost_a_till_nothing_but_time(
    road: Road,
) -> Result<()> {
    let world = shop(road, 1).await?;
    let other = Link::open(world.master.address()).await?;
    other.refuse_sockets(road == Road::Requests);
    let till = &world.tills[0];
    let asked = point(&till.link, &other.url());
    let other_asked = point(&other, &till.link.url());
    till.link.cut();
    world.sell(0, "nowhere to go", 1).await?;
    till.client().retry_now();
    patiently(LIMIT, "the first node to be asked", asked.notified()).await?;
    patiently(LIMIT, "the other node to be asked", other_asked.notified()).await?;
    till.until("not online", |status| {
        status.connection != ConnectionState::Online && status.pending == 1
    })
    .await?;
    other.pass();
    till.client().retry_now();
    till.until_sent().await?;
    world.converge().await?;
    assert_eq!(world.count(collection::SALES)?, 1);
    world.end().await
}

pub(super) async fn what_the_master_knows_of_a_till_is_in_its_status(road: Road) -> Result<()> {
    let world = shop(road, 1).await?;
    let till = &world.tills[0];
    world.sell(0, "one", 1).await?;
    world.converge().await?;
    let cursor = till.client().position().cursor.context("a cursor")?;
    let device = till.status().device.context("a device")?.id;
    let known = async {
        loop {
            let answer = till.client().request(Method::Get, "/v1/sync/status", None);
            let status: serde_json::Value = serde_json::from_str(&answer.await?.body)?;
            let devices = status["devices"].as_array().context("devices")?;
            let own = devices
                .iter()
                .find(|own| own["device"] == device.to_string());
            if own.is_some_and(|own| own["position"] == cursor.position.0 && own["pending"] == 0) {
                return Ok::<(), anyhow::Error>(());
            }
            // It is told with the next heartbeat or the next pull.
            let mut frames = till.client().status();
            let _ = tokio::time::timeout(Duration::from_millis(200), frames.changed()).await;
        }
    };
    patiently(LIMIT, "the master to know of it", known).await??;
    let numbers = till
        .client()
        .request(Method::Get, "/metrics", None)
        .await?
        .body;
    for line in [
        format!("tillsync_device_pending{{device=\"{device}\"}} 0"),
        format!("tillsync_device_behind{{device=\"{device}\"}} 0"),
        "tillsync_oldest_pending_seconds 0".to_owned(),
    ] {
        assert!(
            numbers.lines().any(|found| found == line),
            "{line} is not in {numbers}"
        );
    }
    world.end().await
}

/// Lets a link answer every hello as a node does that is not the master.
fn point(link: &Link, url: &str) -> Arc<Notify> {
    let elsewhere = Frame::Error(WireError::not_master(url)).encode();
    let asked = Arc::new(Notify::new());
    let tell = Arc::clone(&asked);
    link.inspect(move |frame| {
        if frame.direction == Direction::Down && frame.name == "welcome" {
            tell.notify_one();
            return Verdict::Replace(elsewhere.clone());
        }
        Verdict::Pass
    });
    asked
}
