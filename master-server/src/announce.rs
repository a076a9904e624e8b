//! Says in the shop's network that its master is here (mDNS), so that a till finds it without anybody
//! typing an address. What is said there can be said by everybody: it is a hint, never proof.

use std::collections::HashMap;
use std::net::SocketAddr;

use mdns_sd::{ServiceDaemon, ServiceInfo};

use crate::ledger::Identity;
use crate::tls::Keeper;

/// The name of the service, as those who look around ask for it.
pub const SERVICE: &str = "_tillsync._tcp.local.";
/// What people call the store.
pub const SHOP: &str = "shop";
/// Which authority vouches for the master: 64 hex digits; absent where it has no TLS.
pub const AUTHORITY: &str = "authority";

/// So much of a shop's name fits into the name of a service: 63 bytes, with room for a number where
/// two are called alike.
const NAME_BYTES: usize = 56;

/// The word in the network; dropping it takes it back.
pub(crate) struct Announcement(ServiceDaemon);

impl Announcement {
    /// Says it at every address of this machine, also at those it gets later, or at the one that is
    /// listened on.
    pub(crate) fn of(
        identity: &Identity,
        listen: SocketAddr,
        lan: Option<&Keeper>,
    ) -> Result<Self, mdns_sd::Error> {
        let mut told =
            HashMap::from([(SHOP.to_owned(), cut(&identity.store_name, 200).to_owned())]);
        if let Some(lan) = lan {
            let authority = lan.authority().fingerprint().to_string();
            told.insert(AUTHORITY.to_owned(), authority);
        }
        // Not the machine's own name: the system may announce that with other addresses.
        let host = format!("tillsync-{}.local.", identity.node);
        let name = cut(&identity.store_name, NAME_BYTES);
        let address = match listen.ip() {
            ip if ip.is_unspecified() => String::new(),
            ip => ip.to_string(),
        };
        let mut service =
            ServiceInfo::new(SERVICE, name, &host, address, listen.port(), Some(told))?;
        if listen.ip().is_unspecified() {
            service = service.enable_addr_auto();
        }
        let daemon = ServiceDaemon::new()?;
        daemon.register(service)?;
        Ok(Self(daemon))
    }
}

impl Drop for Announcement {
    fn drop(&mut self) {
        // Whoever listens forgets it by themselves after two minutes.
        let _ = self.0.shutdown();
    }
}

/// The beginning of a text that is so many bytes at most.
fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}
