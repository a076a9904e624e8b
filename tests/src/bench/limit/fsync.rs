use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::Result;

use crate::bench::Times;

/// Appends 4 KiB and makes them durable, so many times.
pub(in crate::bench) fn fsyncs(dir: &Path, count: usize) -> Result<Times> {
    let mut file = tempfile::tempfile_in(dir)?;
    let page = [0x5a; 4096];
    let mut times = Times::default();
    for _ in 0..count {
        let begun = Instant::now();
        file.write_all(&page)?;
        file.sync_data()?;
        times.push(begun.elapsed());
    }
    Ok(times)
}
