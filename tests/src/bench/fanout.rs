//! From a write to the moment at which the slowest of many readers has it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use sync_core::Position;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinSet;

use super::follower::follow;
use super::limit::Echo;
use super::pusher::Pusher;
use super::shop::Shop;
use super::{Bench, Figure, Reading, Times};
use crate::world::{RawDevice, patiently};

/// How long one write may take to reach everybody.
const LIMIT: Duration = Duration::from_secs(120);
/// Writes that are not counted.
const WARM_UP: usize = 5;

/// One device writes, so many follow over sockets of their own and read every frame. Limit: a round
/// trip over one raw socket.
pub(super) async fn fanout(bench: &Bench, readers: usize) -> Result<Vec<Figure>> {
    let most = (readers * 2 + 100).to_string();
    let shop = Shop::empty_with(
        bench,
        [
            "--max-connections",
            &most,
            "--max-connections-per-address",
            &most,
        ],
    )
    .await?;
    // Gone before the shop is: nobody is told that a connection was cut.
    let mut following = JoinSet::new();
    let mut heard = open(bench, &shop, readers, &mut following).await?;
    let mut writer = Pusher::join(&shop, "writer").await?;
    let writes = bench.count(if readers > 100 { 50 } else { 200 });
    let mut echo = Echo::open().await?;
    let limit = async || {
        let trips = echo.round_trips(1_000).await?;
        Ok(trips.readings("", &[50, 99]))
    };
    let work = async || {
        let mut times = Times::default();
        for number in 0..WARM_UP + writes {
            let sealed = writer.seal(1)?;
            let begun = Instant::now();
            let position = writer.send(sealed).await?.position;
            let last = everybody(&mut heard, readers, position).await?;
            if number >= WARM_UP {
                times.push(last - begun);
            }
        }
        let mut readings = times.readings("", &[50, 99]);
        let spread = times.ms(99) / times.ms(50);
        readings.push(Reading::new("spread", spread, "×", times.len()));
        Ok(readings)
    };
    let name = format!("fanout-{readers}");
    bench.beside(&name, limit, work).await
}

/// What followers say they have.
type Heard = UnboundedReceiver<(Position, Instant)>;

/// Lets so many join and waits until all of them are level.
async fn open(
    bench: &Bench,
    shop: &Shop,
    readers: usize,
    following: &mut JoinSet<()>,
) -> Result<Heard> {
    let (tell, mut heard) = unbounded_channel();
    for number in 0..readers {
        let device = RawDevice::join(&shop.master, &format!("reader-{number}")).await?;
        let tell = tell.clone();
        following.spawn(async move {
            if let Err(error) = follow(device, tell).await {
                eprintln!("bench: a reader ended: {error:#}");
            }
        });
        if number.is_multiple_of(50) {
            bench.say(&format!("{number} of {readers} readers have joined"));
        }
    }
    for _ in 0..readers {
        let level = patiently(LIMIT, "every reader to be level", heard.recv()).await?;
        level.context("every reader has ended")?;
    }
    Ok(heard)
}

/// Waits until each reader has a position, and says when the last one had it.
async fn everybody(heard: &mut Heard, readers: usize, wanted: Position) -> Result<Instant> {
    let mut last = None;
    let mut have = 0;
    while have < readers {
        let next = patiently(LIMIT, "every reader to hear", heard.recv()).await?;
        let (at, when) = next.context("every reader has ended")?;
        // Nobody writes anything else, so each of them tells this position once.
        ensure!(at <= wanted, "a reader is at {at}, beyond {wanted}");
        if at == wanted {
            have += 1;
            last = last.max(Some(when));
        }
    }
    last.context("there are no readers")
}
