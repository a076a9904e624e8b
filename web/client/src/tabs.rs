//! Which tab works, and what this one has open.

use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;

use futures_util::future::{Either, select};
use retail::Retail;
use sync_client::platform::{Ask, Pulse, TabLock, now, watch};
use sync_client::storage::indexeddb::IndexedDb;
use sync_client::transport::WebTransport;
use sync_client::{Client, Config, Enrolment};
use sync_core::{DeviceKind, Millis};
use tokio::sync::Notify;

use crate::error::TillError;

/// What this tab is doing.
#[derive(Clone)]
pub(crate) enum Tab {
    /// Nothing yet.
    Opening,
    /// Another one works.
    Waiting { since: Millis },
    /// It works.
    Active(Client),
    /// It cannot work.
    Failed { since: Millis, error: TillError },
    /// It was closed.
    Closed,
}

/// How the work of a tab ends.
enum End {
    /// The page goes.
    Closed,
    /// Another tab has the lock.
    Lost,
    /// Another tab has opened the databases where there are no locks.
    Fenced,
}

/// How to open.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) url: String,
    pub(crate) name: String,
    /// What this device is called where nobody names it.
    pub(crate) device_name: String,
}

/// Opens and closes the client as the lock comes and goes.
pub(crate) struct Tabs {
    options: Options,
    state: watch::Sender<Tab>,
    take_over: Notify,
    close: Notify,
    /// Whether people look at this tab. Not before it was said: it is opened in a worker.
    visible: watch::Sender<bool>,
}

impl Tabs {
    pub(crate) fn new(options: Options) -> Rc<Self> {
        Rc::new(Self {
            options,
            state: watch::Sender::new(Tab::Opening),
            take_over: Notify::new(),
            visible: watch::Sender::new(false),
            close: Notify::new(),
        })
    }

    pub(crate) fn state(&self) -> watch::Receiver<Tab> {
        self.state.subscribe()
    }

    pub(crate) fn take_over(&self) {
        self.take_over.notify_one();
    }

    pub(crate) fn set_visible(&self, visible: bool) {
        self.visible.send_replace(visible);
    }

    pub(crate) fn close(&self) {
        self.close.notify_one();
    }

    /// Runs until the tab is closed.
    pub(crate) async fn run(self: Rc<Self>) {
        let mut ask = Ask::IfFree;
        loop {
            let Some(lock) = self.lock(ask).await else {
                break;
            };
            let _pulse = Pulse::answer(&self.lock_name());
            match self.open().await {
                Ok(client) => {
                    self.state.send_replace(Tab::Active(client.clone()));
                    let end = self.until_over(&lock, &client).await;
                    self.state.send_replace(Tab::Waiting { since: now() });
                    client.close().await;
                    match end {
                        End::Closed => break,
                        End::Lost => {}
                        // Without locks nobody gives a turn: only a person takes it back.
                        End::Fenced => {
                            if !self.asked_again().await {
                                break;
                            }
                            continue;
                        }
                    }
                }
                Err(error) => {
                    let since = now();
                    self.state.send_replace(Tab::Failed { since, error });
                    // Taking over from oneself tries again.
                    if !self.asked_again().await {
                        break;
                    }
                }
            }
            drop(lock);
            ask = Ask::InTurn;
        }
        self.state.send_replace(Tab::Closed);
    }

    /// Waits for the lock; `None` once the tab is closed.
    async fn lock(&self, ask: Ask) -> Option<TabLock> {
        let name = self.lock_name();
        if ask == Ask::IfFree
            && let Some(lock) = TabLock::ask(&name, Ask::IfFree).await
        {
            return Some(lock);
        }
        self.state.send_replace(Tab::Waiting { since: now() });
        let stolen = async {
            // Asked for by a person, or due because the tab that works no longer does.
            let asked = pin!(self.take_over.notified());
            let silent = pin!(Pulse::silent(
                &name,
                self.visible.subscribe(),
                Pulse::ASK_EVERY
            ));
            select(asked, silent).await;
            TabLock::ask(&name, Ask::Steal).await
        };
        let stolen = pin!(stolen);
        let granted = pin!(TabLock::ask(&name, Ask::InTurn));
        let taken = select(granted, stolen);
        match select(taken, pin!(self.close.notified())).await {
            Either::Left((either, _)) => either.factor_first().0,
            Either::Right(_) => None,
        }
    }

    fn lock_name(&self) -> String {
        format!("tillsync:{}", self.options.name)
    }

    /// Waits until this tab works no more.
    async fn until_over(&self, lock: &TabLock, client: &Client) -> End {
        let mut status = client.status();
        let fenced = status.wait_for(|status| {
            let error = status.last_error.as_ref();
            error.is_some_and(|error| error.code == "storage_held")
        });
        let (lost, closed) = (pin!(lock.lost()), pin!(self.close.notified()));
        match select(select(lost, closed), pin!(fenced)).await {
            Either::Left((Either::Left(_), _)) => End::Lost,
            Either::Left((Either::Right(_), _)) => End::Closed,
            Either::Right(_) => End::Fenced,
        }
    }

    /// Waits until somebody asks for this tab; says no once it is closed.
    async fn asked_again(&self) -> bool {
        let again = pin!(self.take_over.notified());
        let closed = pin!(self.close.notified());
        matches!(select(again, closed).await, Either::Left(_))
    }

    async fn open(&self) -> Result<Client, TillError> {
        let storage = IndexedDb::open(&self.options.name)
            .await
            .map_err(sync_client::OpenError::Storage)?;
        let transport = WebTransport::new(&self.options.url);
        let config = Config {
            device_name: self.options.device_name.clone(),
            device_kind: DeviceKind::Terminal,
            app: concat!("tillsync-web ", env!("CARGO_PKG_VERSION")).to_owned(),
            enrolment: if is_loopback(&self.options.url) {
                Enrolment::Open
            } else {
                Enrolment::Wait
            },
            ..Config::default()
        };
        let client = Client::open(config, Arc::new(Retail), storage, transport).await?;
        Ok(client)
    }
}

/// Whether an address is this very machine.
pub(crate) fn is_loopback(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, host)| host);
    ["127.0.0.1", "localhost", "[::1]"].into_iter().any(|own| {
        host.strip_prefix(own)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    })
}
