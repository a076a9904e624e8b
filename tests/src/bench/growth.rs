//! How the cost of the same work grows with the ledger.

use anyhow::Result;

use super::ingest::{connections, limit_one};
use super::shop::Shop;
use super::{Bench, Figure, Reading, catchup};

/// How many products lie in the ledger, and what the variants are called.
const SIZES: [(usize, &str); 3] = [(10_000, "10k"), (100_000, "100k"), (1_000_000, "1m")];
/// Connections that send at the same time.
const CONNECTIONS: usize = 32;

/// Ingest and catch-up at every size, and how many times as much each costs as at the smallest,
/// measured by its own limit.
pub(super) async fn growth(bench: &Bench) -> Result<Vec<Figure>> {
    let (mut figures, mut costs) = (Vec::new(), Vec::new());
    // One size says nothing of growth.
    let sizes = if bench.quick { &SIZES[..2] } else { &SIZES };
    for (count, size) in sizes {
        let found = ingest(bench, *count, size).await?;
        costs.push(("ingest", *size, cost(&found)));
        figures.extend(found);
        let found = catchup::one(bench, "growth", *count, &format!("catchup-{size}")).await?;
        costs.push(("catchup", *size, cost(&found)));
        figures.extend(found);
    }
    for kind in ["ingest", "catchup"] {
        let mut of_kind = costs.iter().filter(|(of, _, _)| *of == kind);
        let Some((_, smallest, Some(least))) = of_kind.next() else {
            continue;
        };
        for (_, size, cost) in of_kind {
            let Some(cost) = cost else { continue };
            let variant = format!("{kind}-{smallest}-to-{size}");
            let reading = Reading::new(variant, cost / least, "×", 1);
            figures.extend(Bench::alone("growth", vec![reading]));
        }
    }
    Ok(figures)
}

async fn ingest(bench: &Bench, count: usize, size: &str) -> Result<Vec<Figure>> {
    let mut shop = Shop::with_products(bench, count).await?;
    let each = bench.count(200);
    let named = |mut readings: Vec<Reading>| {
        readings.truncate(1);
        for reading in &mut readings {
            reading.variant = format!("ingest-{size}");
        }
        readings
    };
    let mut limit = limit_one(bench);
    let figures = bench
        .beside(
            "growth",
            async || Ok(named(limit().await?)),
            async || Ok(named(connections(&shop, CONNECTIONS, each).await?)),
        )
        .await?;
    shop.master.stop().await?;
    Ok(figures)
}

/// What a unit of work costs, in units of the limit: of the first figure, which is a rate.
fn cost(figures: &[Figure]) -> Option<f64> {
    figures.first()?.ratio.map(f64::recip)
}
