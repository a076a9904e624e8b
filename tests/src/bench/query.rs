//! What a screen asks of many products: one by its barcode, the first of a search, a page of the list.

use std::time::Instant;

use anyhow::{Result, ensure};
use retail::collection::PRODUCTS;
use sync_client::Query;

use super::device::Device;
use super::limit::Lookup;
use super::shop::{Shop, barcode, rows};
use super::{Bench, Figure, Reading, Times};

/// How many products, and what the variants are called.
pub(super) const SIZES: [(usize, &str); 2] = [(50_000, "50k"), (200_000, "200k")];
/// Questions of each kind.
const ASKED: usize = 500;
/// Rows that a screen shows at once.
const PAGE: usize = 50;
/// What people begin to type.
const WORDS: [&str; 10] = [
    "heart", "lantern", "cream", "white", "babushka", "union", "bottle", "cushion", "metal",
    "cupid",
];

/// What is asked, of each kind as often.
#[derive(serde::Serialize)]
pub(super) struct Questions {
    /// Of products that are there.
    barcodes: Vec<String>,
    /// The first three letters of a word, later more of it.
    typed: Vec<String>,
    /// Where a page begins; those of the first twenty.
    offsets: Vec<u32>,
}

impl Questions {
    /// Questions to a shop of so many products.
    pub(super) fn of(count: usize) -> Self {
        let typed = |at: usize| {
            let word = WORDS[at % WORDS.len()];
            word[..3 + at / WORDS.len() % (word.len() - 2)].to_owned()
        };
        let offset = |at: usize| (at % 20 * PAGE) as u32;
        Self {
            barcodes: (0..ASKED).map(|at| barcode(at * 7_919 % count)).collect(),
            typed: (0..ASKED).map(typed).collect(),
            offsets: (0..ASKED).map(offset).collect(),
        }
    }
}

/// A client on SQLite, all of whose records are in memory. Limit: the same asked of SQLite itself,
/// with the schema's indexes, each row it finds parsed.
pub(super) async fn native(bench: &Bench) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (count, size) in bench.sizes(&SIZES) {
        figures.extend(one(bench, *count, size).await?);
    }
    Ok(figures)
}

async fn one(bench: &Bench, count: usize, size: &str) -> Result<Vec<Figure>> {
    let shop = Shop::with_products(bench, count).await?;
    let device = Device::join(&shop, "query").await?;
    device.until_level().await?;
    let raw = Lookup::open(&shop.file("raw"), &rows(count))?;
    let Questions {
        barcodes,
        typed,
        offsets,
    } = Questions::of(count);
    let client = &device.client;
    let limit = async || {
        Ok(readings(
            size,
            [
                raw.barcodes(&barcodes)?,
                raw.prefixes(&typed)?,
                raw.pages(&offsets)?,
            ],
        ))
    };
    let ask = |queries: Vec<Query>, least: usize| {
        let mut times = Times::default();
        for query in queries {
            let begun = Instant::now();
            let found = client.query(&query);
            times.push(begun.elapsed());
            ensure!(found.items.len() >= least, "nothing found for {query:?}");
        }
        Ok(times)
    };
    let work = async || {
        let all = || Query::all(PRODUCTS);
        let scanned = barcodes
            .iter()
            .map(|code| all().eq("barcode", code.as_str()));
        let searched = typed.iter().map(|word| all().search(word).window(0, PAGE));
        let listed = offsets
            .iter()
            .map(|offset| all().sort_by("name").window(*offset as usize, PAGE));
        Ok(readings(
            size,
            [
                ask(scanned.collect(), 1)?,
                ask(searched.collect(), 1)?,
                ask(listed.collect(), PAGE)?,
            ],
        ))
    };
    let figures = bench.beside("query-native", limit, work).await?;
    device.close().await;
    Ok(figures)
}

fn readings(size: &str, times: [Times; 3]) -> Vec<Reading> {
    let kinds = ["barcode", "prefix", "page"].into_iter().zip(times);
    kinds
        .flat_map(|(kind, times)| times.readings(&format!("{size}-{kind}-"), &[50, 95]))
        .collect()
}
