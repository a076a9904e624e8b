//! Runs the master until it is told to stop.

use std::process::ExitCode;

use anyhow::Result;
use master_server::Master;
use master_server::platform::told_to_stop;
use master_server::shop::demo;

use super::DataArgs;
use super::settings::Overrides;
use crate::telemetry;

/// What `serve` takes.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    overrides: Overrides,
}

pub(super) async fn run(args: Args) -> Result<ExitCode> {
    let data = args.data.data;
    let config = args.overrides.config(&data)?;
    telemetry::log(&config)?;
    let numbers = telemetry::metrics()?;
    let is_demo = config.demo;
    // Watched before anybody can know that it listens: who is told may tell it to stop at once.
    let told = told_to_stop();
    let mut master = Master::start(&data, config, Some(numbers)).await?;
    if is_demo {
        announce();
    }
    listening(&master);
    tokio::select! {
        () = told => tracing::info!("told to stop"),
        () = master.ended() => tracing::error!("the doors closed by themselves"),
    }
    master.stop().await;
    Ok(ExitCode::SUCCESS)
}

fn listening(master: &Master) {
    let address = master.address();
    let Some(lan) = master.lan() else {
        println!("listening on http://{address}");
        return;
    };
    println!("listening on https://{address}");
    for url in lan.addresses(address, "https") {
        println!("  {url}");
    }
    if let Some(page) = lan.addresses(address, "http").first() {
        println!("a tablet or browser that is new begins at {page}");
    }
    println!(
        "fingerprint {}",
        lan.authority().fingerprint().groups().join(" ")
    );
}

/// Says who may log in to the sample shop.
fn announce() {
    println!("{}: people who may log in, and their PINs", demo::NAME);
    for (name, role, pin) in demo::PEOPLE {
        println!("  {name:<14} {:<8} PIN {pin}", role.as_str());
    }
}
