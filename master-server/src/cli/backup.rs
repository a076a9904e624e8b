//! Backups, and a new generation of the log from one.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use master_server::admin::{Ask, Desk, Told};
use master_server::env::Env;
use master_server::ledger::{self, Options, verify_file};
use retail::Retail;

use super::{DataArgs, desk};

/// What `backup` takes.
#[derive(clap::Args)]
pub(super) struct BackupArgs {
    /// The file to write.
    file: PathBuf,
    #[command(flatten)]
    data: DataArgs,
}

/// What `restore` takes.
#[derive(clap::Args)]
pub(super) struct RestoreArgs {
    /// The backup.
    file: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    /// Replace the store that is there; its ledger is kept beside the new one.
    #[arg(long)]
    force: bool,
}

pub(super) async fn backup(args: BackupArgs) -> Result<ExitCode> {
    Desk::ledger_file(&args.data.data)?;
    let file = std::path::absolute(&args.file)?;
    ensure!(!file.exists(), "{} exists already", file.display());
    let mut desk = desk(&args.data.data).await?;
    let Told::Backup(made) = desk.ask(Ask::Backup(file.clone())).await? else {
        bail!("the master made no backup");
    };
    if made["report"]["ok"] != true {
        bail!(
            "{} does not verify: {}",
            file.display(),
            made["report"]["faults"]
        );
    }
    println!(
        "{} holds {} mutations, verified",
        file.display(),
        made["report"]["mutations"]
    );
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn restore(args: RestoreArgs) -> Result<ExitCode> {
    let dir = args.data.data;
    ensure!(args.file.is_file(), "there is no {}", args.file.display());
    let (_lock, ledger) = Desk::lock(&dir)?;
    let mut above = 0;
    if ledger.exists() {
        ensure!(
            args.force,
            "{} has a store already; --force replaces it and keeps its ledger beside",
            dir.display()
        );
        above = ledger::generation_of(&ledger).unwrap_or(0);
    }
    let options = Options::default();
    let domain = Arc::new(Retail);
    let restored = ledger::restore(&args.file, &ledger, above, domain, Env::real(), &options);
    let (identity, head) = restored.await.context("nothing was restored")?;
    println!(
        "restored up to mutation {head}; generation {} of the log begins",
        identity.log_id.generation
    );
    let report = verify_file(&ledger, &Retail)?;
    ensure!(
        report.ok,
        "the restored ledger does not verify: {:?}",
        report.faults
    );
    Ok(ExitCode::SUCCESS)
}
