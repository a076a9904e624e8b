//! Looks for what does not fit.

use std::process::ExitCode;

use anyhow::{Context, Result};
use master_server::admin::Desk;
use master_server::ledger::verify_file;
use retail::Retail;

use super::DataArgs;

/// What `verify` takes.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// Print one line of JSON.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: Args) -> Result<ExitCode> {
    let file = Desk::ledger_file(&args.data.data)?;
    let report = tokio::task::spawn_blocking(move || verify_file(&file, &Retail))
        .await
        .context("the check was cut off")??;
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        println!(
            "{} mutations, {} records, {} facts, {} audit entries",
            report.mutations, report.records, report.facts, report.audit_entries
        );
        report.faults.iter().for_each(|fault| println!("{fault}"));
        match report.fault_count {
            0 => println!("everything fits"),
            count => println!("{count} faults"),
        }
    }
    Ok(match report.ok {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
