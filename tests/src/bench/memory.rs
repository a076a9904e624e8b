//! What the master's process takes of the machine's memory.

use anyhow::{Context, Result};
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::JoinSet;

use super::follower::follow;
use super::shop::Shop;
use super::{Bench, Figure, Reading};
use crate::world::RawDevice;

/// Connections that idle.
const CONNECTIONS: usize = 500;
/// Products of a large shop.
const PRODUCTS: usize = 100_000;

/// A fresh master, the same once devices have joined, with idle connections, and one that has just served a large shop to a
/// new device.
pub(super) async fn master(bench: &Bench) -> Result<Vec<Figure>> {
    let most = (CONNECTIONS * 2 + 100).to_string();
    let options = [
        "--max-connections",
        &most,
        "--max-connections-per-address",
        &most,
    ];
    let shop = Shop::empty_with(bench, options).await?;
    let empty = shop.master.resident_kib()?;
    let mut devices = Vec::with_capacity(CONNECTIONS);
    for number in 0..CONNECTIONS {
        devices.push(RawDevice::join(&shop.master, &format!("idle-{number}")).await?);
        if number.is_multiple_of(50) {
            bench.say(&format!("{number} of {CONNECTIONS} devices have joined"));
        }
    }
    // What joining leaves behind, in caches above all, is no part of a connection.
    let joined = shop.master.resident_kib()?;
    let (tell, mut level) = unbounded_channel();
    let mut following = JoinSet::new();
    for device in devices {
        following.spawn(follow(device, tell.clone()));
    }
    for _ in 0..CONNECTIONS {
        level.recv().await.context("every connection has ended")?;
    }
    let idle = shop.master.resident_kib()?;
    drop((following, shop));
    let per_connection = idle.saturating_sub(joined) as f64 / CONNECTIONS as f64;
    let mut readings = vec![
        Reading::new("empty", mib(empty), "MiB", 1),
        Reading::new("500-joined", mib(joined), "MiB", 1),
        Reading::new("500-idle", mib(idle), "MiB", 1),
        Reading::new("connection", per_connection, "KiB", CONNECTIONS),
    ];
    if !bench.quick {
        let shop = Shop::with_products(bench, PRODUCTS).await?;
        let device = RawDevice::join(&shop.master, "snapshot").await?;
        device.get("/v1/sync/snapshot").await?;
        let served = mib(shop.master.resident_kib()?);
        readings.push(Reading::new("100k-products", served, "MiB", 1));
    }
    Ok(Bench::alone("memory", readings))
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1_024.0
}
