//! Measures the system beside what the machine can do.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Parser;
use tillsync_tests::bench::{Bench, Figure, names, table};

/// Measures the system beside what the machine can do.
#[derive(Parser)]
#[command(name = "bench")]
struct Args {
    /// The figures to measure; all, where none is named.
    names: Vec<String>,
    /// Print one line of JSON per figure on stdout instead of a table.
    #[arg(long)]
    json: bool,
    /// Measure each figure once, at its smallest size.
    #[arg(long)]
    quick: bool,
    /// The checkout.
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
}

/// Processes that run or wait for a disk, from which on others disturb.
const BUSY_FROM: f64 = 1.0;

#[tokio::main]
async fn main() -> ExitCode {
    match measure(&Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(args: &Args) -> Result<()> {
    for name in &args.names {
        ensure!(
            names().any(|known| known == name),
            "there is no figure {name}; there are {}",
            names().collect::<Vec<_>>().join(", ")
        );
    }
    if let Some(load) = load().filter(|load| *load >= BUSY_FROM) {
        eprintln!(
            "bench: this machine is busy (load {load}): the figures are of what is left of it"
        );
    }
    let bench = Bench::new(&args.root, args.quick)?;
    let tell = |figure: &Figure| {
        if args.json {
            println!("{}", serde_json::to_string(figure).unwrap_or_default());
        }
    };
    let figures = bench.run(&args.names, tell).await?;
    if !args.json {
        print!("{}", table(&figures));
    }
    Ok(())
}

/// How many processes ran or waited for a disk in the last minute, where the system tells.
fn load() -> Option<f64> {
    let told = std::fs::read_to_string("/proc/loadavg").ok()?;
    told.split_whitespace().next()?.parse().ok()
}
