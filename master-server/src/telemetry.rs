//! Log lines and numbers.

use std::io::{IsTerminal, stderr};

use anyhow::{Context, Result};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// Writes log lines to stderr: for people in a terminal, JSON for programs.
pub(crate) fn log(filter: &str) -> Result<()> {
    let filter = EnvFilter::try_new(filter).context("the log filter cannot be read")?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr);
    match stderr().is_terminal() {
        true => lines.init(),
        false => lines.json().with_current_span(true).init(),
    }
    Ok(())
}

/// Keeps the numbers that `/metrics` tells.
pub(crate) fn metrics() -> Result<PrometheusHandle> {
    PrometheusBuilder::new()
        .install_recorder()
        .context("the numbers cannot be kept")
}
