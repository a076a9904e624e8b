//! Which tab works, and what this one has open.

use std::future::ready;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;

use futures_util::future::{Either, select};
use retail::Retail;
use sync_client::platform::{Ask, Pulse, TabLock, now, watch};
use sync_client::storage::indexeddb::IndexedDb;
use sync_client::transport::WebTransport;
use sync_client::{Client, Config, Enrolment};
use sync_core::DeviceKind;
use till::{Host, Later, MasterAddress, TillError, Work, is_loopback};
use tokio::sync::Notify;

use crate::kept::KeptDb;

/// Name and version, for people.
const APP: &str = concat!("tillsync-web ", env!("CARGO_PKG_VERSION"));

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
    pub(crate) kept: KeptDb,
}

/// Opens and closes the client as the lock comes and goes.
pub(crate) struct Tabs {
    options: Options,
    work: watch::Sender<Work>,
    take_over: Notify,
    close: Notify,
    /// Whether people look at this tab. Not before it was said: it is opened in a worker.
    visible: watch::Sender<bool>,
}

impl Tabs {
    pub(crate) fn new(options: Options) -> Rc<Self> {
        Rc::new(Self {
            options,
            work: watch::Sender::new(Work::Opening),
            take_over: Notify::new(),
            visible: watch::Sender::new(false),
            close: Notify::new(),
        })
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
                    self.work.send_replace(Work::Active(client.clone()));
                    let end = self.until_over(&lock, &client).await;
                    self.work.send_replace(Work::Waiting { since: now() });
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
                    self.work.send_replace(Work::Failed { since, error });
                    // Taking over from oneself tries again.
                    if !self.asked_again().await {
                        break;
                    }
                }
            }
            drop(lock);
            ask = Ask::InTurn;
        }
        self.work.send_replace(Work::Closed);
    }

    /// Waits for the lock; `None` once the tab is closed.
    async fn lock(&self, ask: Ask) -> Option<TabLock> {
        let name = self.lock_name();
        if ask == Ask::IfFree
            && let Some(lock) = TabLock::ask(&name, Ask::IfFree).await
        {
            return Some(lock);
        }
        self.work.send_replace(Work::Waiting { since: now() });
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
            app: APP.to_owned(),
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

impl Host for Tabs {
    fn work(&self) -> watch::Receiver<Work> {
        self.work.subscribe()
    }

    fn app(&self) -> &'static str {
        APP
    }

    fn master(&self) -> String {
        self.options.url.clone()
    }

    fn asks_for_master(&self) -> bool {
        false
    }

    fn move_to(&self, _: MasterAddress) -> Later<'_, ()> {
        let message = "A page belongs to the main server that it came from. Open the other one's.";
        Box::pin(ready(Err(TillError::invalid("fixed_master", message))))
    }

    fn take_over(&self) {
        self.take_over.notify_one();
    }

    fn set_visible(&self, visible: bool) {
        self.visible.send_replace(visible);
    }

    fn close(&self) {
        self.close.notify_one();
    }

    fn kept<'a>(&'a self, name: &'a str) -> Later<'a, Option<String>> {
        Box::pin(self.options.kept.read(name))
    }

    fn keep<'a>(&'a self, name: &'a str, text: String) -> Later<'a, ()> {
        Box::pin(async move { self.options.kept.write(name, &text).await })
    }
}
