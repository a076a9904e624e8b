//! The commands.

mod backup;
mod enroll;
mod import;
mod serve;
mod settings;
mod skip;
mod user;
mod verify;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use master_server::admin::Desk;
use master_server::env::Env;
use master_server::ledger::Options;
use retail::Retail;

/// The master of a shop.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the master.
    Serve(Box<serve::Args>),
    /// Takes products with their opening stock from a CSV file.
    Import(import::Args),
    /// Opens a one-time code for a new device.
    Enroll(enroll::Args),
    /// People, roles, PINs.
    User(user::Args),
    /// Looks for what does not fit: audit chain, projections against facts, checksums.
    Verify(verify::Args),
    /// Writes a verified copy, also beside a running master.
    Backup(backup::BackupArgs),
    /// Begins a new generation of the log from a backup.
    Restore(backup::RestoreArgs),
    /// Lets a device go on although numbers before are missing and nobody has them; audited.
    Skip(skip::Args),
}

/// Where the store is kept.
#[derive(Clone, Debug, clap::Args)]
struct DataArgs {
    /// The folder that keeps the store.
    #[arg(long, value_name = "DIR", env = "TILLSYNC_DATA")]
    data: PathBuf,
}

/// Runs the command of the arguments.
pub(crate) fn run() -> Result<ExitCode> {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the program cannot start its threads")?;
    runtime.block_on(async {
        match cli.command {
            Command::Serve(args) => serve::run(*args).await,
            Command::Import(args) => import::run(args).await,
            Command::Enroll(args) => enroll::run(args).await,
            Command::User(args) => user::run(args).await,
            Command::Verify(args) => verify::run(args).await,
            Command::Backup(args) => backup::backup(args).await,
            Command::Restore(args) => backup::restore(args).await,
            Command::Skip(args) => skip::run(args).await,
        }
    })
}

/// The store of a folder, set up as a shop.
async fn desk(dir: &Path) -> Result<Desk> {
    let desk = Desk::open(dir, Arc::new(Retail), Env::real(), &Options::default()).await;
    let mut desk = desk.with_context(|| format!("cannot work on {}", dir.display()))?;
    master_server::shop::open(&mut desk, &retail::ShopSettings::default()).await?;
    Ok(desk)
}
