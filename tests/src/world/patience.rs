//! Waiting for something to be so, never for time to pass.

use std::fmt::Display;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::watch;

/// Waits for a future, for so long and no longer.
///
/// # Errors
/// When the time is up; the error says what was waited for.
pub async fn patiently<T>(
    limit: Duration,
    what: impl Display,
    future: impl Future<Output = T>,
) -> Result<T> {
    tokio::time::timeout(limit, future)
        .await
        .ok()
        .with_context(|| format!("waited {} s for {what}", limit.as_secs()))
}

/// Waits until a watched value is as wanted and returns it.
///
/// # Errors
/// When the time is up or nobody writes the value any more; the error shows the last value.
pub async fn until<T: Clone + std::fmt::Debug>(
    limit: Duration,
    what: impl Display,
    watched: &mut watch::Receiver<T>,
    wanted: impl FnMut(&T) -> bool,
) -> Result<T> {
    let found = async { watched.wait_for(wanted).await.map(|value| value.clone()) };
    let found = tokio::time::timeout(limit, found).await;
    let reason = match found {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(_)) => "nobody writes it any more".to_owned(),
        Err(_) => format!("not after {} s", limit.as_secs()),
    };
    let last = watched.borrow().clone();
    anyhow::bail!("waited for {what}: {reason}; it is {last:?}")
}
