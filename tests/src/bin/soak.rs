//! The long runs that need no browser.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use tillsync_tests::soak::{idle, slow};

/// Runs one of them and prints its figures as one line of JSON.
#[derive(Parser)]
#[command(name = "soak")]
struct Args {
    #[command(subcommand)]
    run: Run,
}

#[derive(Subcommand)]
enum Run {
    /// Tills behind a slow link that loses packets; needs root.
    Slow {
        /// How many tills.
        #[arg(long, default_value_t = 20)]
        clients: usize,
        /// Sales of each.
        #[arg(long, default_value_t = 25)]
        sales: usize,
    },
    /// Connections that say nothing, held by one master.
    Idle {
        /// How many.
        #[arg(long, default_value_t = 500)]
        connections: usize,
    },
    /// The tills of `slow`, inside of its network namespace.
    #[command(hide = true)]
    Tills {
        /// What they are told.
        plan: PathBuf,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse().run).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("soak: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(run: Run) -> Result<()> {
    match run {
        Run::Slow { clients, sales } => println!("{}", slow::run(clients, sales).await?),
        Run::Idle { connections } => println!("{}", idle::run(connections).await?),
        Run::Tills { plan } => println!("{}", slow::tills(&plan).await?),
    }
    Ok(())
}
