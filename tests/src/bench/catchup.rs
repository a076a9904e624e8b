//! A fresh device takes all products.

use std::net::UdpSocket;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use sync_client::{Enrolment, Query};

use super::device::Device;
use super::limit::{bulk_insert, download};
use super::shop::{Shop, rows};
use super::{Bench, Figure, Reading};
use crate::world::RawDevice;

/// How many products, and what the variants are called.
pub(super) const SIZES: [(usize, &str); 2] = [(20_000, "20k"), (100_000, "100k")];

/// A client on SQLite, from opening to level. Limits: the same rows inserted raw in one transaction,
/// with the schema's indexes; and the snapshot taken and parsed raw.
pub(super) async fn native(bench: &Bench) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (count, size) in bench.sizes(&SIZES) {
        figures.extend(one(bench, "catchup-native", *count, size).await?);
        if let Some(bytes) = on_the_wire(bench, *count).await? {
            let per_row = bytes as f64 / *count as f64;
            let reading = Reading::new(format!("{size}-wire"), per_row, "B/row", 1);
            figures.extend(Bench::alone("catchup-native", vec![reading]));
        }
    }
    Ok(figures)
}

/// Measures one size; the variants are `size` and `size-time`.
pub(super) async fn one(
    bench: &Bench,
    name: &str,
    count: usize,
    size: &str,
) -> Result<Vec<Figure>> {
    let mut shop = Shop::with_products(bench, count).await?;
    let (rate, time) = (size.to_owned(), format!("{size}-time"));
    let raw = RawDevice::join(&shop.master, "raw").await?;
    let rows = rows(count);
    let reading = |took: Duration, downloaded: Duration| {
        let rate_value = count as f64 / took.as_secs_f64();
        vec![
            Reading::new(&rate, rate_value, "rows/s", 1),
            Reading::new(&time, downloaded.as_secs_f64(), "s", 1),
        ]
    };
    let limit = async || {
        let folder = bench.new_dir()?;
        let inserted = bulk_insert(&folder.path().join("raw.sqlite"), &rows)?;
        Ok(reading(inserted, download(&raw).await?))
    };
    let work = async || {
        let took = fresh(&shop, count).await?;
        Ok(reading(took, took))
    };
    let figures = bench.beside(name, limit, work).await?;
    // Whoever opens the same shop next finds its master gone.
    shop.master.stop().await?;
    Ok(figures)
}

/// Lets a new device join and waits until it has everything.
async fn fresh(shop: &Shop, count: usize) -> Result<Duration> {
    let folder = tempfile::tempdir_in(shop.dir.path())?;
    let file = folder.path().join("fresh.sqlite");
    let code = shop.master.code("fresh").await?;
    let begun = Instant::now();
    let device = Device::open(shop, &file, Enrolment::Code(code), true).await?;
    device.until_level().await?;
    let took = begun.elapsed();
    let found = device
        .client
        .query(&Query::all(retail::collection::PRODUCTS).window(0, 0));
    ensure!(found.total == count, "{} of {count} came", found.total);
    device.close().await;
    Ok(took)
}

/// How many bytes the snapshot has as it is packed for another machine; nothing where this one has
/// no address of its own.
async fn on_the_wire(bench: &Bench, count: usize) -> Result<Option<usize>> {
    let Some(address) = own_address() else {
        bench.say("no address beyond this machine: the bytes on the wire are left out");
        return Ok(None);
    };
    let mut shop = Shop::with_products(bench, count).await?;
    shop.master.stop().await?;
    shop.master.set_listen("0.0.0.0:0");
    shop.master.set_options(&["--insecure-lan"]);
    shop.master.start().await?;
    let device = RawDevice::join(&shop.master, "wire").await?;
    let listening = *shop.master.address().borrow();
    let port = listening.context("the master is down")?.port();
    let base = format!("http://{address}:{port}");
    let packed = device.get_packed(&base, "/v1/sync/snapshot").await?;
    Ok(Some(packed.len()))
}

/// The address of this machine in its network. Nothing is sent to ask for it.
fn own_address() -> Option<std::net::IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    // An address for documentation, which nobody has.
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}
