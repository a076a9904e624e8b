//! How long a till takes to get rid of a long queue once its master is back.

use std::time::Instant;

use anyhow::Result;
use futures_util::future::try_join_all;
use sync_client::ConnectionState;

use super::device::Device;
use super::limit::commits;
use super::shop::Shop;
use super::{Bench, Figure, Reading};

/// Mutations in the queue.
const QUEUED: usize = 5_000;
/// Raw commits that stand for as many as there are mutations.
const SAMPLE: usize = 1_000;

/// A client on SQLite, from the moment at which it has a network until nothing waits any more,
/// connecting included. Limit: as many raw commits of one row, told from fewer of them.
pub(super) async fn native(bench: &Bench) -> Result<Vec<Figure>> {
    let shop = Shop::empty(bench).await?;
    let device = Device::join(&shop, "drain").await?;
    device.until_level().await?;
    let (queued, sample) = (bench.count(QUEUED), bench.count(SAMPLE));
    let limit = async || {
        let raw = commits(shop.dir.path(), sample, 1)?;
        Ok(vec![Reading::new(
            "",
            queued as f64 / raw.rate,
            "s",
            sample,
        )])
    };
    let work = async || {
        device.client.set_network(false);
        device
            .until("no network", |s| s.connection == ConnectionState::NoNetwork)
            .await?;
        try_join_all((0..queued).map(|number| device.record(number))).await?;
        let begun = Instant::now();
        device.client.set_network(true);
        let sent = |s: &sync_client::SyncStatus| s.pending == 0;
        device.until("nothing to send", sent).await?;
        let took = begun.elapsed().as_secs_f64();
        Ok(vec![Reading::new("", took, "s", queued)])
    };
    let figures = bench.beside("drain-native", limit, work).await?;
    device.close().await;
    Ok(figures)
}
