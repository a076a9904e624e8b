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
