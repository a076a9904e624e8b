//! How many mutations per second the master decides durably, and how long each waits for its answer.

use std::time::Instant;

use anyhow::Result;

use super::limit::{Commits, commits};
use super::pusher::Pusher;
use super::shop::Shop;
use super::{Bench, Figure, Reading, Times};

/// Mutations that are not counted, per connection.
const WARM_UP: usize = 20;
/// Connections that send at the same time.
const CONNECTIONS: usize = 32;
/// Mutations per frame: as many as a push may carry.
const BATCH: usize = 500;

/// One connection, one mutation at a time. Limit: raw commits of one row.
pub(super) async fn one(bench: &Bench) -> Result<Vec<Figure>> {
    let shop = Shop::empty(bench).await?;
    let count = bench.count(2_000);
    bench
        .beside("ingest-1", limit_one(bench), async || {
            connections(&shop, 1, count).await
        })
        .await
}

/// Many connections, each with one mutation at a time. Limit: raw commits of one row, one after the
/// other, which is what a server does that commits each mutation by itself.
pub(super) async fn many(bench: &Bench) -> Result<Vec<Figure>> {
    let shop = Shop::empty(bench).await?;
    let count = bench.count(500);
    bench
        .beside("ingest-32", limit_one(bench), async || {
            connections(&shop, CONNECTIONS, count).await
        })
        .await
}

/// One connection, 500 mutations in a frame. Limit: raw transactions of 500 rows.
pub(super) async fn batch(bench: &Bench) -> Result<Vec<Figure>> {
    let shop = Shop::empty(bench).await?;
    let frames = bench.count(40);
    let limit = async || {
        let raw = commits(bench.dir(), 20, BATCH)?;
        Ok(as_limit(&raw))
    };
    let work = async || {
        let mut pusher = Pusher::join(&shop, "batch").await?;
        let warm = pusher.seal(BATCH)?;
        pusher.send(warm).await?;
        let sealed: Vec<_> = (0..frames)
            .map(|_| pusher.seal(BATCH))
            .collect::<Result<_>>()?;
        let begun = Instant::now();
        let mut times = Times::default();
        for frame in sealed {
            times.push(pusher.send(frame).await?.took);
        }
        Ok(rates(frames * BATCH, begun, &times))
    };
    bench.beside("ingest-batch", limit, work).await
}

/// Mutations per second of so many connections together, one at a time each.
pub(super) async fn connections(
    shop: &Shop,
    connections: usize,
    count: usize,
) -> Result<Vec<Reading>> {
    let mut pushers = Vec::with_capacity(connections);
    for number in 0..connections {
        let mut pusher = Pusher::join(shop, &format!("pusher-{number}")).await?;
        for _ in 0..WARM_UP {
            let sealed = pusher.seal(1)?;
            pusher.send(sealed).await?;
        }
        let sealed: Vec<_> = (0..count).map(|_| pusher.seal(1)).collect::<Result<_>>()?;
        pushers.push((pusher, sealed));
    }
    let begun = Instant::now();
    let sending = pushers.into_iter().map(|(mut pusher, sealed)| {
        tokio::spawn(async move {
            let mut times = Times::default();
            for one in sealed {
                times.push(pusher.send(one).await?.took);
            }
            anyhow::Ok(times)
        })
    });
    let mut times = Times::default();
    for sent in futures_util::future::join_all(sending).await {
        times.extend(sent??);
    }
    Ok(rates(connections * count, begun, &times))
}

fn rates(mutations: usize, begun: Instant, times: &Times) -> Vec<Reading> {
    let rate = mutations as f64 / begun.elapsed().as_secs_f64();
    let mut readings = vec![Reading::new("", rate, "1/s", mutations)];
    readings.extend(times.readings("ack-", &[50, 99]));
    readings
}

/// Raw commits of one row as the limit of what is acknowledged one by one.
pub(super) fn limit_one(bench: &Bench) -> impl AsyncFnMut() -> Result<Vec<Reading>> {
    let count = bench.count(1_000);
    let dir = bench.dir().to_owned();
    async move || Ok(as_limit(&commits(&dir, count, 1)?))
}

fn as_limit(raw: &Commits) -> Vec<Reading> {
    let mut readings = vec![Reading::new("", raw.rate, "1/s", raw.rows)];
    readings.extend(raw.times.readings("ack-", &[50, 99]));
    readings
}
