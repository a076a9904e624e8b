//! Runs the master until it is told to stop.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Extension;
use master_server::admin::{self, Desk};
use master_server::config::Config;
use master_server::env::Env;
use master_server::ledger::Options;
use master_server::{AppState, app_with, net};
use retail::{Retail, ShopSettings};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::DataArgs;
use super::settings::Overrides;
use crate::{shop, telemetry};

/// Open connections may take so long to end before the process ends anyway.
const GOODBYE: Duration = Duration::from_secs(10);

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
    telemetry::log(&config.log)?;
    let numbers = telemetry::metrics()?;
    let options = Options {
        store_name: match config.demo {
            true => shop::demo::NAME.to_owned(),
            false => config.store_name.clone(),
        },
        max_pages: config.max_pages,
        ..Options::default()
    };
    let (ledger, lock) = Desk::own(&data, Arc::new(Retail), Env::real(), &options)
        .with_context(|| format!("cannot serve {}", data.display()))?;
    let mut desk = Desk::Own {
        ledger: ledger.clone(),
        lock,
    };
    let settings = ShopSettings {
        name: options.store_name,
        demo: config.demo,
        ..ShopSettings::default()
    };
    shop::open(&mut desk, &settings).await?;
    if config.demo {
        shop::demo::seed(&mut desk).await?;
        shop::demo::announce();
    }
    let state = AppState::new(ledger.clone(), config.clone(), Some(numbers));
    let door = admin::serve(&data, ledger.clone());
    let door = door.with_context(|| format!("cannot open the local door in {}", data.display()))?;
    let door = tokio::spawn(door);
    let upkeep = tokio::spawn({
        let ledger = ledger.clone();
        async move { ledger.look_after().await }
    });
    let listener = listen(&config).await?;
    let address = listener.local_addr().context("the socket has no address")?;
    // Watched before anybody can know that it listens: who is told may tell it to stop at once.
    let told = told_to_stop();
    println!("listening on http://{address}");
    tracing::info!(%address, data = %data.display(), "serving");
    serve(listener, state, told).await;
    door.abort();
    upkeep.abort();
    drop(desk);
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

async fn listen(config: &Config) -> Result<TcpListener> {
    if config.insecure_lan {
        tracing::warn!("without TLS: everybody in this network can read along");
    }
    TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen on {}", config.listen))
}

async fn serve(
    listener: TcpListener,
    state: AppState,
    told: impl Future<Output = ()> + Send + 'static,
) {
    let app = app_with(state.clone(), shop::doors()).layer(Extension(shop::lookers()));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let draining = state.clone();
    let until = async move {
        told.await;
        tracing::info!("told to stop");
        draining.drain();
        let _ = stop.send(());
    };
    let limits = state.config.connection_limits();
    let serving = net::serve(listener, app, limits, until);
    let late = async {
        // Never told to stop: the server ended by itself, and that comes first.
        let _ = stopped.await;
        tokio::time::sleep(GOODBYE).await;
    };
    tokio::select! {
        () = serving => {}
        () = late => tracing::warn!("connections were still open"),
    }
    state.sessions_ended(GOODBYE).await;
}

/// Watches the signals from now on, and ends with the first.
fn told_to_stop() -> impl Future<Output = ()> + Send + 'static {
    let watched = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    );
    async move {
        let (Ok(mut terminate), Ok(mut interrupt)) = watched else {
            tracing::warn!("signals cannot be watched: only killing stops this process");
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}
