use std::fs;
use std::future::ready;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use retail::Retail;
use sync_client::platform::now;
use sync_client::storage::sqlite::SqliteStorage;
use sync_client::{Client, Config, Enrolment, OpenError};
use sync_core::DeviceKind;
use till::{
    Host, Hosting, Later, MasterAddress, NearbyMaster, NewShop, PrintJob, Printed, PrinterPorts,
    PrinterSettings, TillError, Work, is_loopback,
};
use tokio::sync::{Notify, watch};
use tokio::time::sleep;

use super::Options;
use super::faults::{bad_settings, not_opened, unusable};
use super::hosted::Hosted;
use super::kept::Kept;
use super::nearby::look_around;
use super::road::vouched_for;
use super::whereabouts::Whereabouts;
use crate::printing::{self, Printer};
use crate::{Desktop, HostingSettings, LeftBehind, Settings};

/// Name and version, for people.
const APP: &str = concat!("tillsync-desktop ", env!("CARGO_PKG_VERSION"));
/// The name of the file with records and outbox in the till's folder.
const FILE: &str = "till.sqlite";
/// After so long a master that could not start is tried again.
const TRY_AGAIN: Duration = Duration::from_secs(5);

/// A folder of this machine as the place a till runs in.
pub(super) struct Place {
    options: Options,
    desktop: Rc<dyn Desktop>,
    kept: Kept,
    hosted: Hosted,
    printer: Printer,
    whereabouts: Whereabouts,
    work: watch::Sender<Work>,
    again: Notify,
    host_again: Notify,
    close: Notify,
}

impl Place {
    pub(super) fn new(options: Options, desktop: Rc<dyn Desktop>) -> Rc<Self> {
        let printer = Printer::start();
        Rc::new(Self {
            kept: Kept::in_folder(&options.folder),
            hosted: Hosted::new(&options, printer.clone()),
            printer,
            whereabouts: Whereabouts::in_folder(options.folder.clone()),
            options,
            desktop,
            work: watch::Sender::new(Work::Opening),
            again: Notify::new(),
            host_again: Notify::new(),
            close: Notify::new(),
        })
    }

    /// Opens the till, and again whenever it is told to, until it is closed. Where the shop's master
    /// is here, it works for as long as the till does; that it cannot start keeps nobody from selling.
    pub(super) async fn run(self: Rc<Self>) {
        self.desktop.fill_screen(self.fills_screen());
        tokio::select! {
            () = self.keep_open() => {}
            () = self.keep_hosting() => {}
            () = self.whereabouts.follow(self.options.look_for_master, self.work.subscribe()) => {}
        }
        self.hosted.stop().await;
        self.work.send_replace(Work::Closed);
    }

    async fn keep_open(&self) {
        loop {
            let opened = self.open().await;
            // The settings may have been mended, or changed, since they were read for the master.
            self.host_again.notify_one();
            self.work.send_replace(match &opened {
                Ok(client) => Work::Active(client.clone()),
                Err(error) => Work::Failed {
                    since: now(),
                    error: error.clone(),
                },
            });
            let closed = tokio::select! {
                () = self.again.notified() => false,
                () = self.close.notified() => true,
            };
            self.work.send_replace(Work::Opening);
            if let Ok(client) = opened {
                // Its file is free when this returns.
                client.close().await;
            }
            if closed {
                return;
            }
        }
    }

    /// Starts the shop's master where it is here, and again after it could not be started.
    async fn keep_hosting(&self) {
        loop {
            let wanted = Settings::load(&self.options.folder).ok();
            let wanted = wanted.and_then(|settings| settings.hosting);
            match wanted {
                // Why it did not start is part of its state.
                Some(HostingSettings { port, on: true }) => drop(self.hosted.start(port).await),
                Some(HostingSettings { on: false, .. }) => self.hosted.stop().await,
                None => {}
            }
            match self.hosted.state() {
                Hosting::Failed { .. } => sleep(TRY_AGAIN).await,
                // One that ended by a fault is started again.
                Hosting::Running { .. } => tokio::select! {
                    () = self.host_again.notified() => {}
                    () = sleep(TRY_AGAIN) => {}
                },
                Hosting::Elsewhere | Hosting::Stopped => self.host_again.notified().await,
            }
        }
    }

    /// What whoever closes the till leaves behind.
    pub(super) async fn left_behind(&self) -> LeftBehind {
        let (unsent, own) = match &*self.work.borrow() {
            Work::Active(client) => {
                let status = client.status();
                let status = status.borrow();
                (
                    status.pending,
                    status.device.as_ref().map(|device| device.id),
                )
            }
            _ => (0, None),
        };
        LeftBehind {
            unsent,
            others: self.hosted.connected_beside(own).await,
        }
    }

    async fn open(&self) -> Result<Client, TillError> {
        let folder = &self.options.folder;
        fs::create_dir_all(folder).map_err(|error| unusable(folder, &error))?;
        let settings = self.settings()?;
        let road = self.whereabouts.road(&settings);
        self.printer.set(settings.printer.unwrap_or_default());
        let storage = SqliteStorage::open(folder.join(FILE)).await;
        let storage = storage.map_err(|error| not_opened(folder, &error))?;
        if let Some(pages) = self.options.max_pages {
            let limited = storage.limit_pages(pages).await;
            limited.map_err(|error| not_opened(folder, &error))?;
        }
        let config = Config {
            device_kind: DeviceKind::Till,
            app: APP.to_owned(),
            enrolment: Enrolment::Wait,
            ..Config::default()
        };
        let opened = Client::open(config, Arc::new(Retail), storage, road).await;
        opened.map_err(|error| match error {
            OpenError::Storage(error) => not_opened(folder, &error),
            other => TillError::from(other),
        })
    }

    fn settings(&self) -> Result<Settings, TillError> {
        let folder = &self.options.folder;
        Settings::load(folder).map_err(|error| bad_settings(folder, &error))
    }

    fn save(&self, settings: &Settings) -> Result<(), TillError> {
        let folder = &self.options.folder;
        let saved = settings.save(folder);
        saved.map_err(|error| unusable(folder, &error))
    }

    /// Begins a shop whose master is here, and goes to it.
    async fn open_shop_here(&self, new: NewShop) -> Result<String, TillError> {
        let mut settings = self.settings()?;
        let (port, code) = self.hosted.open_shop(&new).await?;
        settings.hosting = Some(HostingSettings { port, on: true });
        settings.master = Some(format!("http://127.0.0.1:{port}"));
        self.save(&settings)?;
        self.reopen().await?;
        Ok(code)
    }

    async fn host(&self, on: bool) -> Result<(), TillError> {
        let mut settings = self.settings()?;
        let Some(hosting) = &mut settings.hosting else {
            let message = "The main server of this shop is on another computer.";
            return Err(TillError::invalid("not_here", message));
        };
        hosting.on = on;
        let port = hosting.port;
        self.save(&settings)?;
        if on {
            let started = self.hosted.start(port).await;
            self.host_again.notify_one();
            started
        } else {
            self.hosted.stop().await;
            Ok(())
        }
    }

    /// Goes on with a master at another address.
    async fn reopen_at(&self, address: MasterAddress) -> Result<(), TillError> {
        let mut settings = self.settings()?;
        if settings.authority.is_some()
            && address.url.starts_with("http:")
            && !is_loopback(&address.url)
        {
            return Err(TillError {
                field: Some("master".to_owned()),
                ..TillError::invalid(
                    "not_secure",
                    "This till believes its main server over https alone. Give an address that begins with https.",
                )
            });
        }
        settings.authority = address.authority.or(settings.authority);
        if address.url.starts_with("https:") {
            vouched_for(&address.url, settings.authority).await?;
        }
        settings.master = Some(address.url);
        self.save(&settings)?;
        self.reopen().await
    }

    fn fills_screen(&self) -> bool {
        // Settings that cannot be read are told of where the till is opened.
        Settings::load(&self.options.folder).is_ok_and(|settings| settings.full_screen)
    }

    fn fill_screen(&self, on: bool) -> Result<(), TillError> {
        let mut settings = self.settings()?;
        settings.full_screen = on;
        self.save(&settings)?;
        self.desktop.fill_screen(on);
        Ok(())
    }

    /// Prints in another way from now on.
    fn keep_printer(&self, printer: PrinterSettings) -> Result<(), TillError> {
        let printer = printing::checked(printer)?;
        let mut settings = self.settings()?;
        settings.printer = Some(printer.clone());
        self.save(&settings)?;
        self.printer.set(printer);
        Ok(())
    }

    async fn reopen(&self) -> Result<(), TillError> {
        let mut work = self.work.subscribe();
        self.again.notify_one();
        // The sender lives as long as this does.
        let _ = work.changed().await;
        let opened = work.wait_for(|work| !matches!(work, Work::Opening)).await;
        match opened.as_deref() {
            Ok(Work::Failed { error, .. }) => Err(error.clone()),
            _ => Ok(()),
        }
    }
}

impl Host for Place {
    fn work(&self) -> watch::Receiver<Work> {
        self.work.subscribe()
    }

    fn app(&self) -> &'static str {
        APP
    }

    fn master(&self) -> String {
        self.whereabouts.address()
    }

    fn asks_for_master(&self) -> bool {
        true
    }

    fn move_to(&self, address: MasterAddress) -> Later<'_, ()> {
        Box::pin(self.reopen_at(address))
    }

    fn nearby(&self) -> Later<'_, Vec<NearbyMaster>> {
        Box::pin(async { Ok(look_around().await) })
    }

    fn hosting(&self) -> Option<Hosting> {
        Some(self.hosted.state())
    }

    fn open_shop(&self, new: NewShop) -> Later<'_, String> {
        Box::pin(self.open_shop_here(new))
    }

    fn set_hosting(&self, on: bool) -> Later<'_, ()> {
        Box::pin(self.host(on))
    }

    fn full_screen(&self) -> Option<bool> {
        Some(self.fills_screen())
    }

    fn set_full_screen(&self, on: bool) -> Later<'_, ()> {
        Box::pin(ready(self.fill_screen(on)))
    }

    fn printer(&self) -> Option<PrinterSettings> {
        Some(self.printer.settings())
    }

    fn set_printer(&self, printer: PrinterSettings) -> Later<'_, ()> {
        Box::pin(ready(self.keep_printer(printer)))
    }

    fn printer_ports(&self) -> Later<'_, PrinterPorts> {
        Box::pin(async {
            // Asking every port takes a while on some systems.
            let ports = tokio::task::spawn_blocking(printing::ports).await;
            Ok(ports.unwrap_or_default())
        })
    }

    fn print(&self, job: PrintJob) -> Later<'_, Printed> {
        let printed = self.printer.print(job, printing::From::Here);
        Box::pin(async { Ok(printed.await?) })
    }

    fn take_over(&self) {
        self.again.notify_one();
    }

    fn set_visible(&self, _: bool) {}

    fn close(&self) {
        self.close.notify_one();
    }

    fn kept<'a>(&'a self, name: &'a str) -> Later<'a, Option<String>> {
        Box::pin(ready(self.kept.read(name)))
    }

    fn keep<'a>(&'a self, name: &'a str, text: String) -> Later<'a, ()> {
        Box::pin(ready(self.kept.write(name, &text)))
    }
}
