//! Products from a CSV file.

use std::fs::File;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};

use super::{DataArgs, desk};
use master_server::shop::import::import;

/// What `import` takes.
#[derive(clap::Args)]
pub(super) struct Args {
    /// A header line names the columns: code (or sku), name, price; and where wanted category,
    /// barcode, stock, stocked, cost, tax_rate, unit. A product that is there is changed, not
    /// doubled, and keeps its stock.
    file: PathBuf,
    #[command(flatten)]
    data: DataArgs,
}

pub(super) async fn run(args: Args) -> Result<ExitCode> {
    let path = &args.file;
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let size = file.metadata().map_or(0, |about| about.len());
    let mut desk = desk(&args.data.data).await?;
    let bar = ProgressBar::new(size).with_style(ProgressStyle::with_template(
        "{bar:40} {bytes}/{total_bytes} {eta}",
    )?);
    let summary = import(&mut desk, file, |bytes| bar.set_position(bytes)).await?;
    bar.finish_and_clear();
    for bad in &summary.bad {
        eprintln!("line {}: {}", bad.line, bad.reason);
    }
    println!(
        "{} new, {} updated, {} unchanged, {} skipped",
        summary.made,
        summary.updated,
        summary.unchanged,
        summary.bad.len()
    );
    Ok(ExitCode::SUCCESS)
}
