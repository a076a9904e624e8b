//! What the machine can do, as figures of their own.

use anyhow::Result;

use super::limit::{Echo, commits, fsyncs};
use super::{Bench, Figure, Reading};

/// Measures every limit that others are told beside.
pub(super) async fn all(bench: &Bench) -> Result<Vec<Figure>> {
    let count = bench.count(1_000);
    let dir = bench.dir();
    let work = async || {
        let one = commits(dir, count, 1)?;
        let many = commits(dir, count.div_ceil(50), 500)?;
        let mut readings = vec![
            Reading::new("commit-1", one.rate, "1/s", one.rows),
            Reading::new("commit-500", many.rate, "1/s", many.rows),
        ];
        readings.extend(one.times.readings("commit-1-", &[50, 99]));
        readings.extend(fsyncs(dir, count)?.readings("fsync-", &[50, 99]));
        let trips = Echo::open().await?.round_trips(count).await?;
        readings.extend(trips.readings("echo-", &[50, 99]));
        Ok(readings)
    };
    bench.beside("raw", async || Ok(Vec::new()), work).await
}
