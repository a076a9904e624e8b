//! How long a till waits until what was just done is durable on its own disk.

use std::time::Instant;

use anyhow::Result;

use super::device::Device;
use super::limit::commits;
use super::shop::Shop;
use super::{Bench, Figure, Times};

/// Mutations that are not counted.
const WARM_UP: usize = 20;

/// A client on SQLite without a network, one mutation after the other. Limit: raw commits of one row.
pub(super) async fn native(bench: &Bench) -> Result<Vec<Figure>> {
    let shop = Shop::empty(bench).await?;
    let device = Device::join(&shop, "enqueue").await?;
    device.until_level().await?;
    device.client.set_network(false);
    let count = bench.count(500);
    let limit = async || {
        let raw = commits(shop.dir.path(), count, 1)?;
        Ok(raw.times.readings("", &[50, 99]))
    };
    let work = async || {
        let mut times = Times::default();
        for number in 0..WARM_UP + count {
            let begun = Instant::now();
            device.record(number).await?;
            if number >= WARM_UP {
                times.push(begun.elapsed());
            }
        }
        Ok(times.readings("", &[50, 99]))
    };
    let figures = bench.beside("enqueue-native", limit, work).await?;
    device.close().await;
    Ok(figures)
}
