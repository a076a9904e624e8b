//! Opens a one-time code.

use std::process::ExitCode;

use anyhow::{Result, bail};
use master_server::admin::{Ask, Told};
use master_server::ledger::CodeTerms;
use sync_core::DeviceKind;

use super::{DataArgs, desk};

/// What `enroll` takes.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// The name the device shall have.
    #[arg(long)]
    name: Option<String>,
    /// What it is for.
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// It may look but not write.
    #[arg(long)]
    read_only: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Kind {
    Till,
    Terminal,
    Dashboard,
}

pub(super) async fn run(args: Args) -> Result<ExitCode> {
    let mut desk = desk(&args.data.data).await?;
    let kind = args.kind.map(|kind| match kind {
        Kind::Till => DeviceKind::Till,
        Kind::Terminal => DeviceKind::Terminal,
        Kind::Dashboard => DeviceKind::Dashboard,
    });
    let ask = Ask::Code(CodeTerms {
        kind,
        name: args.name,
        read_only: args.read_only,
    });
    let Told::Code { code, .. } = desk.ask(ask).await? else {
        bail!("the master opened no code");
    };
    eprintln!("Type this code in on the device within 5 minutes. It works once.");
    println!("{code}");
    Ok(ExitCode::SUCCESS)
}
