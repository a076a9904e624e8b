//! The master inside the till, where the shop has it there.

use std::cell::RefCell;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;

use master_server::config::Config;
use master_server::ledger::CodeTerms;
use master_server::shop::{self, people};
use master_server::{Master, StartError, open_code};
use retail::{Credential, Role, check_pin, collection, verify_pin};
use sync_client::platform::{now, random};
use sync_core::{Class, DeviceId, DeviceKind, RecordId};
use till::{Hosting, HostingLan, NewShop, TillError};

use super::elsewhere::PrintsForOthers;
use super::{Options, firewall};
use crate::printing::Printer;

/// The folder of its ledger in the till's folder.
const FOLDER: &str = "master";

/// A master that may run beside the till. Work on it is one thing after the other.
pub(super) struct Hosted {
    folder: PathBuf,
    /// The built web app, for browsers.
    web: Option<PathBuf>,
    /// Where a new one listens.
    ports: RangeInclusive<u16>,
    /// The printer of the till, which devices without one print on.
    printer: Printer,
    master: tokio::sync::Mutex<Option<Master>>,
    state: RefCell<Hosting>,
}

impl Hosted {
    pub(super) fn new(options: &Options, printer: Printer) -> Self {
        Self {
            folder: options.folder.join(FOLDER),
            web: options.web.clone(),
            ports: options.ports.clone(),
            printer,
            master: tokio::sync::Mutex::new(None),
            state: RefCell::new(Hosting::Elsewhere),
        }
    }

    pub(super) fn state(&self) -> Hosting {
        self.state.borrow().clone()
    }

    /// Starts the shop's master where it always was, also where one ended by a fault.
    pub(super) async fn start(&self, port: u16) -> Result<(), TillError> {
        let mut master = self.master.lock().await;
        // Whoever was connected still is: they go on at the one that follows, not beside it.
        if let Some(broken) = master.take_if(|master| !master.is_serving()) {
            broken.stop().await;
        }
        if master.is_none() {
            let started = self.started(port, None).await;
            let started = started.map_err(|error| self.failed(&error))?;
            self.state.replace(running(&started));
            *master = Some(started);
        }
        Ok(())
    }

    /// Says goodbye to the devices and stops.
    pub(super) async fn stop(&self) {
        if let Some(master) = self.master.lock().await.take() {
            master.stop().await;
        }
        self.state.replace(Hosting::Stopped);
    }

    /// How many devices are connected to it, without one.
    pub(super) async fn connected_beside(&self, own: Option<DeviceId>) -> usize {
        let connected = self.master.lock().await.as_ref().map(Master::connected);
        let connected = connected.into_iter().flatten();
        connected.filter(|device| Some(*device) != own).count()
    }

    /// Begins the shop with its owner and a free port; gives the port and a code for the till. Begun
    /// again after something failed, it goes on with what is there.
    pub(super) async fn open_shop(&self, new: &NewShop) -> Result<(u16, String), TillError> {
        check(new)?;
        let mut place = self.master.lock().await;
        if place.is_none() {
            *place = Some(self.first_start(&new.shop).await?);
        }
        let Some(master) = place.as_mut() else {
            unreachable!("it was put there above");
        };
        let begun = begin(master, new).await;
        let code = begun.map_err(|error| {
            TillError::internal(&format!("The shop cannot be opened: {error:#}."))
        })?;
        let code = code.ok_or_else(|| self.begun_before())?;
        self.state.replace(running(master));
        Ok((master.address().port(), code))
    }

    fn begun_before(&self) -> TillError {
        let message = format!(
            "A shop was begun on this computer before, and this is not the PIN of its owner. Type \
             that one; `master-server user pin --data {}` sets another.",
            self.folder.display()
        );
        TillError {
            field: Some("pin".to_owned()),
            ..TillError::invalid("shop_exists", &message)
        }
    }

    async fn first_start(&self, shop: &str) -> Result<Master, TillError> {
        for port in self.ports.clone() {
            match self.started(port, Some(shop)).await {
                Err(StartError::Listen { .. }) if port != *self.ports.end() => {}
                Err(error) => return Err(TillError::invalid(code(&error), &self.words(&error))),
                Ok(master) => return Ok(master),
            }
        }
        unreachable!("the last port is taken or says why it is not")
    }

    async fn started(&self, port: u16, shop: Option<&str>) -> Result<Master, StartError> {
        let mut config = Config {
            listen: SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)),
            web: self.web.clone(),
            ..Config::default()
        };
        if let Some(shop) = shop {
            shop.clone_into(&mut config.store_name);
        }
        let printer = Arc::new(PrintsForOthers::new(self.printer.clone()));
        Master::start_beside(&self.folder, config, None, Some(printer)).await
    }

    fn failed(&self, error: &StartError) -> TillError {
        let message = format!(
            "{} This till goes on selling, and it is tried again every few seconds.",
            self.words(error)
        );
        self.state.replace(Hosting::Failed {
            message: message.clone(),
        });
        TillError::new(code(error), Class::Wait, &message)
    }

    /// What is wrong and what to do.
    fn words(&self, error: &StartError) -> String {
        match error {
            StartError::Listen { address, source } if source.kind() == io::ErrorKind::AddrInUse => {
                format!(
                    "Another program on this computer uses port {}, so the main server cannot \
                     start. Close that program.",
                    address.port()
                )
            }
            error => format!(
                "The main server in {} cannot start: {}.",
                self.folder.display(),
                with_causes(error)
            ),
        }
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let words: Vec<String> = causes.map(ToString::to_string).collect();
    words.join(": ")
}

fn code(error: &StartError) -> &'static str {
    match error {
        StartError::Listen { source, .. } if source.kind() == io::ErrorKind::AddrInUse => {
            "port_in_use"
        }
        _ => "master_not_started",
    }
}

fn running(master: &Master) -> Hosting {
    let listen = master.address();
    let lan = master.lan().map(|lan| HostingLan {
        addresses: lan.addresses(listen, "https"),
        page: lan.addresses(listen, "http").into_iter().next(),
        fingerprint: lan.authority().fingerprint().groups(),
        firewall: firewall::hint(listen.port()),
    });
    Hosting::Running {
        address: format!("http://127.0.0.1:{}", listen.port()),
        lan,
    }
}

fn check(new: &NewShop) -> Result<(), TillError> {
    let of = |field: &str, error: TillError| TillError {
        field: Some(field.to_owned()),
        ..error
    };
    for (field, text, message) in [
        ("shop", &new.shop, "Give the shop a name."),
        ("person", &new.person, "Say who owns the shop."),
    ] {
        if text.trim().is_empty() {
            return Err(of(field, TillError::invalid("required", message)));
        }
    }
    check_pin(&new.pin).map_err(|_| {
        let message = "A PIN has 4 to 8 digits.";
        of("pin", TillError::invalid("invalid_pin", message))
    })
}

/// Makes the owner where nobody works there yet, and opens a code; none where somebody else began the
/// shop.
async fn begin(master: &mut Master, new: &NewShop) -> anyhow::Result<Option<String>> {
    let people = people::list(master.desk()).await?;
    if people.is_empty() {
        let id = RecordId::new(now(), random());
        let name = new.person.trim();
        people::add(master.desk(), id, name, Role::Owner, &new.pin).await?;
    } else if !is_owner(master, &people, &new.pin).await? {
        return Ok(None);
    }
    let terms = CodeTerms {
        kind: Some(DeviceKind::Till),
        ..CodeTerms::default()
    };
    let (code, _) = open_code(master.ledger(), terms).await?;
    Ok(Some(code))
}

/// Whether a PIN is that of an owner.
async fn is_owner(
    master: &mut Master,
    people: &[people::Listed],
    pin: &str,
) -> anyhow::Result<bool> {
    let owners = people
        .iter()
        .filter(|person| person.employee.active && person.employee.role == Role::Owner);
    for owner in owners {
        let kept = shop::get(master.desk(), collection::CREDENTIALS, owner.id).await?;
        let kept: Option<Credential> = kept.and_then(|record| record.doc.to_typed().ok());
        if kept.is_some_and(|kept| verify_pin(pin, &kept.verifier) == Ok(true)) {
            return Ok(true);
        }
    }
    Ok(false)
}
