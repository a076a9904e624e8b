//! A master inside the till that ends by a fault.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use metrics::{
    Counter, Gauge, GaugeFn, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};
use tokio::net::TcpStream;

use crate::hosting::{begin_shop, log_in, make_tea, options, port_of};
use crate::till::Till;

/// Numbers of a process that breaks once while a connection is taken in: where the doors stand open,
/// and nothing catches it.
struct Breaks(Arc<Once>);

#[derive(Default)]
struct Once(AtomicBool);

impl GaugeFn for Once {
    fn increment(&self, _: f64) {
        assert!(!self.0.swap(false, Ordering::SeqCst), "the fault of a test");
    }

    fn decrement(&self, _: f64) {}

    fn set(&self, _: f64) {}
}

impl Recorder for Breaks {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        match key.name() {
            "tillsync_connections" => Gauge::from_arc(Arc::clone(&self.0)),
            _ => Gauge::noop(),
        }
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_that_ended_by_a_fault_is_started_again_and_the_till_goes_on_selling() -> Result<()>
{
    let fault = Arc::new(Once::default());
    metrics::set_global_recorder(Breaks(Arc::clone(&fault)))?;
    let folder = tempfile::tempdir()?;
    let till = Till::with(options(folder.path())).await?;
    begin_shop(&till).await?;
    make_tea(&till).await?;
    let port = port_of(&till).await?;
    let mut receipts = vec![till.sell().await?];
    till.until_level().await?;

    fault.0.store(true, Ordering::SeqCst);
    drop(TcpStream::connect(("127.0.0.1", port)).await?);
    till.until("alone", |status| status["connection"]["state"] != "online")
        .await?;
    assert!(!fault.0.load(Ordering::SeqCst), "nothing broke");
    receipts.push(till.sell().await?);
    till.until_level().await?;
    assert_eq!(port_of(&till).await?, port);
    receipts.push(till.sell().await?);
    till.until_level().await?;
    till.until_sales(3).await?;
    drop(till);

    // What its shop holds is what was sold, once.
    let till = Till::with(options(folder.path())).await?;
    till.until_level().await?;
    log_in(&till).await?;
    till.until_sales(3).await?;
    receipts.dedup();
    assert_eq!(receipts.len(), 3);
    till.close().await
}
