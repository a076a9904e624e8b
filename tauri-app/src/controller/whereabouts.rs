//! Where the shop's master is, and where it went.

use std::cell::RefCell;
use std::path::PathBuf;
use std::time::Duration;

use sync_client::ConnectionState;
use sync_core::Fingerprint;
use till::{NearbyMaster, Work};
use tokio::sync::watch;
use tokio::time::sleep;

use super::nearby::look_around;
use super::road::{Road, proves_itself};
use crate::Settings;

/// Where a client goes while nobody said where the master is: on this machine.
const NOWHERE_YET: &str = "http://127.0.0.1:7400";

/// The address of the shop's master, and the road of the client that leads there.
pub(super) struct Whereabouts {
    folder: PathBuf,
    address: RefCell<Option<String>>,
    /// While there is a client.
    road: RefCell<Option<Road>>,
}

impl Whereabouts {
    /// For the till of a folder, whose settings follow.
    pub(super) fn in_folder(folder: PathBuf) -> Self {
        Self {
            folder,
            address: RefCell::default(),
            road: RefCell::default(),
        }
    }

    /// The base address, as people see it; empty until somebody said one.
    pub(super) fn address(&self) -> String {
        self.address.borrow().clone().unwrap_or_default()
    }

    /// The road of a new client to where the settings say.
    pub(super) fn road(&self, settings: &Settings) -> Road {
        self.address.replace(settings.master.clone());
        let master = settings.master.as_deref().unwrap_or(NOWHERE_YET);
        let road = Road::new(master, settings.authority);
        self.road.replace(Some(road.clone()));
        road
    }

    /// Follows the master where it got another address: it says so in the network, and proves who it
    /// is. Whoever sells notices nothing. One that is missed for so long, and up to twice that, is
    /// looked for.
    pub(super) async fn follow(&self, patience: Duration, work: watch::Receiver<Work>) {
        let mut missed = false;
        loop {
            sleep(patience).await;
            let away = is_away(&work.borrow());
            if missed && away {
                self.look_for_master(&work).await;
            }
            missed = away;
        }
    }

    async fn look_for_master(&self, work: &watch::Receiver<Work>) {
        let Some(authority) = Settings::load(&self.folder).ok().and_then(|s| s.authority) else {
            return;
        };
        for found in look_around().await {
            if self.moved_to(&found, authority) && proves_itself(&found.address, authority).await {
                self.move_to(found.address);
                if let Work::Active(client) = &*work.borrow() {
                    client.retry_now();
                }
                return;
            }
        }
    }

    fn moved_to(&self, found: &NearbyMaster, authority: Fingerprint) -> bool {
        found.authority == Some(authority) && self.address.borrow().as_ref() != Some(&found.address)
    }

    fn move_to(&self, address: String) {
        // Read again: somebody may have changed others of them while the network was asked.
        if let Ok(mut settings) = Settings::load(&self.folder) {
            settings.master = Some(address.clone());
            // Where it cannot be kept now, it is found again after the next start.
            let _ = settings.save(&self.folder);
        }
        if let Some(road) = &*self.road.borrow() {
            road.move_to(&address);
        }
        self.address.replace(Some(address));
    }
}

fn is_away(work: &Work) -> bool {
    match work {
        Work::Active(client) => {
            let status = client.status();
            let status = status.borrow();
            let away = matches!(status.connection, ConnectionState::ServerUnreachable { .. });
            status.registered && away
        }
        _ => false,
    }
}
