//! The npm package in real Chromium, beside the same done raw in IndexedDB in such a page.
//!
//! The page and its driver are in `tests/bench/`. The client lives in a worker, as its documentation
//! says, and the raw work too.

mod driver;

use anyhow::Result;
use serde_json::json;

use super::query::{Questions, SIZES as QUERIED};
use super::{Bench, Figure, catchup};
use driver::Driver;

/// Raw commits that stand for as many as there are mutations.
const SAMPLE: usize = 500;

/// A fresh tab, from opening to level with the first question of each index answered; also in the
/// page itself, with the longest task of the main thread. Limits: the same rows put raw, one by one,
/// in one transaction, without indexes (`20k`) and with the schema's (`20k-indexed`).
pub(super) async fn catchup(bench: &Bench) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (count, size) in bench.sizes(&catchup::SIZES) {
        let mut driver = Driver::start(bench, *count).await?;
        for place in ["worker", "page"] {
            let told =
                |what: &str| json!({ "what": what, "count": count, "size": size, "place": place });
            let (limit, work) = (told("rawCatchup"), told("catchup"));
            figures.extend(driver.beside("catchup-browser", &limit, &work).await?);
        }
        driver.end().await?;
    }
    Ok(figures)
}

/// One mutation after the other, each durable. Limit: raw strict transactions of one row.
pub(super) async fn enqueue(bench: &Bench) -> Result<Vec<Figure>> {
    let count = bench.count(500);
    let mut driver = Driver::start(bench, 0).await?;
    let limit = json!({ "what": "rawEnqueue", "count": count });
    let work = json!({ "what": "enqueue", "count": count });
    let figures = driver.beside("enqueue-browser", &limit, &work).await?;
    driver.end().await?;
    Ok(figures)
}

/// From the moment at which the master can be reached again until nothing waits any more. Limit: as
/// many raw strict transactions, told from fewer of them.
pub(super) async fn drain(bench: &Bench) -> Result<Vec<Figure>> {
    let count = bench.count(5_000);
    let mut driver = Driver::start(bench, 0).await?;
    let limit = json!({ "what": "rawDrain", "count": count, "sample": bench.count(SAMPLE) });
    let work = json!({ "what": "drain", "count": count });
    let figures = driver.beside("drain-browser", &limit, &work).await?;
    driver.end().await?;
    Ok(figures)
}

/// The questions of a screen. Limit: the same asked of IndexedDB, by indexes.
pub(super) async fn query(bench: &Bench) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (count, size) in bench.sizes(&QUERIED) {
        let mut driver = Driver::start(bench, *count).await?;
        let questions = Questions::of(*count);
        let asked = |what: &str| json!({ "what": what, "count": count, "size": size, "questions": questions });
        let (limit, work) = (asked("rawQuery"), asked("query"));
        figures.extend(driver.beside("query-browser", &limit, &work).await?);
        driver.end().await?;
    }
    Ok(figures)
}

/// What a tab with a large shop uses, its worker included.
pub(super) async fn memory(bench: &Bench) -> Result<Vec<Figure>> {
    let (count, size) = bench.sizes(&catchup::SIZES)[bench.sizes(&catchup::SIZES).len() - 1];
    let mut driver = Driver::start(bench, count).await?;
    let found = driver
        .ask(&json!({ "what": "memory", "size": size }))
        .await?;
    driver.end().await?;
    Ok(Bench::alone("memory-browser", found))
}

impl Driver<'_> {
    /// Measures what one thing to do reads beside what another one does.
    async fn beside(
        &mut self,
        name: &str,
        limit: &serde_json::Value,
        work: &serde_json::Value,
    ) -> Result<Vec<Figure>> {
        let bench = self.bench();
        // Both closures would want the driver at the same time.
        let driver = tokio::sync::Mutex::new(self);
        let limit = async || driver.lock().await.ask(limit).await;
        let work = async || driver.lock().await.ask(work).await;
        bench.beside(name, limit, work).await
    }
}
