//! Plays a real day through tills, a master and every fault between them, and compares.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use tillsync_tests::replay::plan::Day;
use tillsync_tests::replay::play::{Settings, play};
use tillsync_tests::replay::report::Report;
use tillsync_tests::replay::totals::Totals;
use tracing_subscriber::EnvFilter;

/// Plays a real day and compares what the master's ledger has with what the file says.
#[derive(Parser)]
#[command(name = "replay")]
struct Args {
    /// The day's invoices: InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice.
    file: PathBuf,
    /// Number of tills that share the invoices.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=64))]
    tills: u32,
    /// Percent of the invoices made while their till is cut off.
    #[arg(long, value_name = "PERCENT", default_value_t = 30, value_parser = clap::value_parser!(u32).range(0..=100))]
    offline: u32,
    /// Decides every fault.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// So many times as many faults.
    #[arg(long, value_name = "TIMES", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    faults: u32,
    /// Print one line of JSON on stdout.
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    match run(&Args::parse()).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("replay: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> Result<ExitCode> {
    let day = Day::read(&args.file)?;
    let settings = Settings {
        tills: args.tills as usize,
        offline: args.offline,
        seed: args.seed,
        faults: args.faults,
    };
    let dir = tempfile::Builder::new()
        .prefix("tillsync-replay-")
        .tempdir()
        .context("no temporary directory")?;
    let played = play(&day, settings, dir.path()).await?;
    let report = Report::new(day.file.clone(), settings, Totals::of_day(&day), played);
    if args.json {
        println!("{}", report.json());
        eprint!("{report}");
    } else {
        print!("{report}");
    }
    let faults = report.faults();
    faults.iter().for_each(|fault| eprintln!("replay: {fault}"));
    Ok(if faults.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
