//! Lets a device go on over a hole that nobody can fill.

use std::process::ExitCode;

use anyhow::Result;
use master_server::admin::Ask;
use sync_core::{DeviceId, Seq};

use super::{DataArgs, desk};

/// What `skip` takes.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// The device, by its id.
    device: DeviceId,
    /// The number it goes on with, as its status says.
    #[arg(long, value_name = "NUMBER")]
    to: u64,
}

pub(super) async fn run(args: Args) -> Result<ExitCode> {
    let mut desk = desk(&args.data.data).await?;
    desk.ask(Ask::SkipTo(args.device, Seq(args.to))).await?;
    println!("{} goes on with number {}", args.device, args.to);
    Ok(ExitCode::SUCCESS)
}
