use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::world::RawDevice;

/// Takes a whole snapshot and reads each line as JSON, and does nothing with it.
pub(in crate::bench) async fn download(device: &RawDevice) -> Result<Duration> {
    let begun = Instant::now();
    let answer = device.get("/v1/sync/snapshot").await?;
    ensure!(answer.status == 200, "no snapshot: {}", answer.body);
    let mut lines = 0_usize;
    for line in answer.body.lines() {
        std::hint::black_box(serde_json::from_str::<Value>(line)?);
        lines += 1;
    }
    ensure!(lines > 2, "an empty snapshot");
    Ok(begun.elapsed())
}
