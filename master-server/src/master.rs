use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use metrics_exporter_prometheus::PrometheusHandle;
use retail::{Retail, ShopSettings};
use sync_core::DeviceId;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::admin::{self, Desk, DeskError};
use crate::announce::Announcement;
use crate::config::{Config, ConfigError};
use crate::env::Env;
use crate::http::trust;
use crate::ledger::{Ledger, Options};
use crate::net::Doors;
use crate::tls::{AuthorityError, Keeper};
use crate::{AppState, Prints, app_with, net, shop};

/// Open connections may take so long to end before the master stops anyway.
const GOODBYE: Duration = Duration::from_secs(10);

/// A shop's master at work: its ledger, its doors and what looks after them. Dropping it ends the work
/// wherever it is, as the end of the process would; [`Master::stop`] says goodbye to the devices.
pub struct Master {
    address: SocketAddr,
    desk: Desk,
    ledger: Ledger,
    state: AppState,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
    beside: [JoinHandle<()>; 3],
    announcement: Option<Announcement>,
}

/// Why a master does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Its folder cannot be used: somebody else serves it, or it cannot be read or written.
    #[error("cannot serve {path}")]
    Data {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: DeskError,
    },
    /// The shop cannot be set up.
    #[error("the shop cannot be set up: {0:#}")]
    Shop(anyhow::Error),
    /// The door for commands on this machine cannot be opened.
    #[error("cannot open the local door in {path}")]
    Door {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Nobody speaks for it in the shop's network.
    #[error("the store's certificate authority is not there")]
    Authority(#[from] AuthorityError),
    /// Somebody else listens there, or nobody may.
    #[error("cannot listen on {address}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
}

impl Master {
    /// Opens the shop in a folder, making it where there is none, and listens. `numbers` are what
    /// `/metrics` tells.
    ///
    /// # Errors
    /// When a setting, the folder or the address cannot be used.
    pub async fn start(
        data: &Path,
        config: Config,
        numbers: Option<PrometheusHandle>,
    ) -> Result<Self, StartError> {
        Self::start_beside(data, config, numbers, None).await
    }

    /// The same beside a printer, which devices without one print on.
    ///
    /// # Errors
    /// When a setting, the folder or the address cannot be used.
    pub async fn start_beside(
        data: &Path,
        config: Config,
        numbers: Option<PrometheusHandle>,
        printer: Option<Arc<dyn Prints>>,
    ) -> Result<Self, StartError> {
        config.validate()?;
        let mut desk = open(data, &config)?;
        set_up(&mut desk, &config).await.map_err(StartError::Shop)?;
        let Desk::Own { ledger, .. } = &desk else {
            unreachable!("a desk that was just taken is our own");
        };
        let ledger = ledger.clone();
        let door = admin::serve(data, ledger.clone()).map_err(|source| StartError::Door {
            path: data.to_owned(),
            source,
        })?;
        let listener = listen(&config).await?;
        let address = listener.local_addr().map_err(|source| StartError::Listen {
            address: config.listen,
            source,
        })?;
        let config = Config {
            listen: address,
            ..config
        };
        let upkeep = {
            let ledger = ledger.clone();
            async move { ledger.look_after().await }
        };
        let lan = match config.has_tls() {
            true => Some(Arc::new(keeper(data, &ledger, &config)?)),
            false => None,
        };
        let announcement = match config.is_announced() {
            true => announced(&ledger, address, lan.as_deref()),
            false => None,
        };
        let state = AppState::in_lan(ledger.clone(), config, numbers, lan);
        let books = {
            let state = state.clone();
            async move { state.keep_books().await }
        };
        let (stop, told) = oneshot::channel();
        tracing::info!(%address, data = %data.display(), "serving");
        Ok(Self {
            address,
            desk,
            ledger,
            serving: tokio::spawn(serve(listener, state.clone(), printer, told)),
            state,
            stop: Some(stop),
            beside: [
                tokio::spawn(door),
                tokio::spawn(upkeep),
                tokio::spawn(books),
            ],
            announcement,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Who speaks for it in the shop's network; none where it listens on this machine alone, or
    /// without TLS.
    pub fn lan(&self) -> Option<&Keeper> {
        self.state.lan.as_deref()
    }

    /// What it keeps.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The side of the commands, for what is done to the shop from here.
    pub fn desk(&mut self) -> &mut Desk {
        &mut self.desk
    }

    /// Whether the doors are open: only a fault closes them before [`Master::stop`] does.
    pub fn is_serving(&self) -> bool {
        !self.serving.is_finished()
    }

    /// Who is connected right now.
    pub fn connected(&self) -> Vec<DeviceId> {
        self.state.hub.devices()
    }

    /// Waits until the doors are closed. Only a fault closes them before [`Master::stop`] does.
    pub async fn ended(&mut self) {
        // A panic in there has been reported where it happened.
        let _ = (&mut self.serving).await;
    }

    /// Tells every device, ends the connections and frees folder and address.
    pub async fn stop(mut self) {
        drop(self.announcement.take());
        self.state.drain();
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if !self.serving.is_finished() && tokio::time::timeout(GOODBYE, self.ended()).await.is_err()
        {
            tracing::warn!("connections were still open");
        }
        self.state.sessions_ended(GOODBYE).await;
        self.state.close_books().await;
        tracing::info!("stopped");
    }
}

impl Drop for Master {
    fn drop(&mut self) {
        self.serving.abort();
        for task in &self.beside {
            task.abort();
        }
    }
}

fn open(data: &Path, config: &Config) -> Result<Desk, StartError> {
    let options = Options {
        store_name: store_name(config).to_owned(),
        max_pages: config.max_pages,
        retention: config.retention(),
        ..Options::default()
    };
    let own = Desk::own(data, Arc::new(Retail), Env::real(), &options);
    let (ledger, lock) = own.map_err(|source| StartError::Data {
        path: data.to_owned(),
        source,
    })?;
    Ok(Desk::Own { ledger, lock })
}

async fn set_up(desk: &mut Desk, config: &Config) -> anyhow::Result<()> {
    let settings = ShopSettings {
        name: store_name(config).to_owned(),
        demo: config.demo,
        ..ShopSettings::default()
    };
    shop::open(desk, &settings).await?;
    if config.demo {
        shop::demo::seed(desk).await?;
    }
    Ok(())
}

fn store_name(config: &Config) -> &str {
    if config.demo {
        shop::demo::NAME
    } else {
        &config.store_name
    }
}

fn keeper(data: &Path, ledger: &Ledger, config: &Config) -> Result<Keeper, AuthorityError> {
    let shop = &ledger.identity().store_name;
    Keeper::open(data, shop, &config.hosts, ledger.env().clone())
}

/// A network that carries no such word has a master all the same: people type its address.
fn announced(ledger: &Ledger, at: SocketAddr, lan: Option<&Keeper>) -> Option<Announcement> {
    let announced = Announcement::of(&ledger.identity(), at, lan);
    announced
        .inspect_err(|error| tracing::warn!(%error, "not announced in the network"))
        .ok()
}

async fn listen(config: &Config) -> Result<TcpListener, StartError> {
    if config.insecure_lan {
        tracing::warn!("without TLS: everybody in this network can read along");
    }
    let listening = TcpListener::bind(config.listen).await;
    listening.map_err(|source| StartError::Listen {
        address: config.listen,
        source,
    })
}

async fn serve(
    listener: TcpListener,
    state: AppState,
    printer: Option<Arc<dyn Prints>>,
    told: oneshot::Receiver<()>,
) {
    let further = shop::doors().merge(trust::doors());
    let mut app = app_with(state.clone(), further).layer(Extension(shop::lookers()));
    if let Some(printer) = printer {
        app = app.layer(Extension(printer));
    }
    let doors = match &state.lan {
        Some(lan) => Doors::in_lan(app, Arc::clone(lan), trust::outside(state.clone())),
        None => Doors::from(app),
    };
    let limits = state.config.connection_limits();
    let until = async move {
        // Nobody who could tell any more: it ends as well.
        let _ = told.await;
    };
    net::serve(listener, doors, limits, until).await;
}
