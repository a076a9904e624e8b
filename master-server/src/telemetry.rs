//! Log lines and numbers.

use std::io::{IsTerminal, stderr};

use anyhow::{Context, Result};
use master_server::config::Config;
use master_server::numbers;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt, registry};

/// Writes log lines to stderr: for people in a terminal, JSON for programs; and as JSON to a file for
/// each day where there is a folder for them.
pub(crate) fn log(config: &Config) -> Result<()> {
    let filter = EnvFilter::try_new(&config.log).context("the log filter cannot be read")?;
    let lines = fmt::layer().with_writer(stderr);
    let lines = match stderr().is_terminal() {
        true => lines.boxed(),
        false => lines.json().with_current_span(true).boxed(),
    };
    let files = files(config)?;
    let files = files.map(|files| {
        let lines = fmt::layer().with_writer(std::sync::Mutex::new(files));
        lines.json().with_current_span(true).with_ansi(false)
    });
    registry().with(filter).with(lines).with(files).init();
    Ok(())
}

/// The file of today; the oldest ones go when there are too many.
fn files(config: &Config) -> Result<Option<RollingFileAppender>> {
    let Some(folder) = &config.log_folder else {
        return Ok(None);
    };
    let files = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("master")
        .filename_suffix("log")
        .max_log_files(config.log_keep)
        .build(folder);
    let files = files.with_context(|| format!("cannot write log files in {}", folder.display()))?;
    Ok(Some(files))
}

/// Keeps the numbers that `/metrics` tells.
pub(crate) fn metrics() -> Result<PrometheusHandle> {
    let numbers = PrometheusBuilder::new()
        .install_recorder()
        .context("the numbers cannot be kept")?;
    numbers::describe();
    Ok(numbers)
}
