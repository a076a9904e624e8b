//! From a write on one till to the same record applied on another.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use sync_client::Client;
use sync_core::RecordId;

use super::device::Device;
use super::limit::Echo;
use super::shop::Shop;
use super::{Bench, Figure, Times};
use crate::world::patiently;

/// How long one write may take to arrive.
const LIMIT: Duration = Duration::from_secs(60);
/// Writes that are not counted.
const WARM_UP: usize = 20;

/// Durable on A, decided and durable on the master, applied on B, one after the other. Limit: a round
/// trip over a raw socket.
pub(super) async fn propagate(bench: &Bench) -> Result<Vec<Figure>> {
    let shop = Shop::empty(bench).await?;
    let count = bench.count(300);
    let mut echo = Echo::open().await?;
    let limit = async || {
        let trips = echo.round_trips(1_000).await?;
        Ok(trips.readings("", &[50, 99]))
    };
    let (a, b) = (
        Device::join(&shop, "a").await?,
        Device::join(&shop, "b").await?,
    );
    a.until_level().await?;
    b.until_level().await?;
    let work = async || {
        let mut times = Times::default();
        for number in 0..WARM_UP + count {
            let begun = Instant::now();
            let id = a.record(number).await?;
            let arrived = patiently(LIMIT, "a write to arrive", shown(&b.client, id)).await??;
            if number >= WARM_UP {
                times.push(arrived - begun);
            }
        }
        Ok(times.readings("", &[50, 99]))
    };
    let figures = bench.beside("propagate", limit, work).await?;
    a.close().await;
    b.close().await;
    Ok(figures)
}

/// Waits until a client shows a record, and says when.
async fn shown(client: &Client, id: RecordId) -> Result<Instant> {
    let mut changes = client.changes();
    while client.get(retail::collection::CUSTOMERS, id).is_none() {
        changes.changed().await.context("the client has ended")?;
    }
    Ok(Instant::now())
}
