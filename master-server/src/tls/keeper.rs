use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::ServerConfig;
use rustls::sign::SingleCertAndKey;
use serde::Serialize;
use sync_core::{Fingerprint, Millis};
use tokio_rustls::TlsAcceptor;

use super::authority::{Authority, AuthorityError, Leaf, provider};
use super::names::{Name, host_names, lan_addresses, own_names};
use crate::env::Env;

/// Keeps the certificate of this machine right: each connection finds one that holds now and for the
/// address it came to.
pub struct Keeper {
    authority: Authority,
    /// Names that the configuration adds.
    hosts: BTreeSet<Name>,
    env: Env,
    current: Mutex<Current>,
}

/// How another machine comes to a master.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reach {
    /// Its base address.
    pub address: String,
    /// The page where a browser begins that does not trust it yet.
    pub page: String,
    /// Who vouches for it.
    pub authority: Fingerprint,
}

struct Current {
    leaf: Leaf,
    config: Arc<ServerConfig>,
}

impl Keeper {
    /// Opens the authority in a folder, or makes one, and has it issue the first certificate.
    ///
    /// # Errors
    /// When the authority cannot be used.
    pub fn open(
        folder: &Path,
        shop: &str,
        hosts: &[String],
        env: Env,
    ) -> Result<Self, AuthorityError> {
        let hosts: BTreeSet<Name> = hosts.iter().filter_map(|host| Name::read(host)).collect();
        let names = &hosts | &own_names();
        let authority = Authority::open(folder, shop, &names)?;
        for host in hosts.iter().filter(|host| !authority.allows(host)) {
            tracing::warn!(%host, "the store's certificate authority was made before this name and cannot speak for it");
        }
        let current = Mutex::new(Current::issued(&authority, &names, env.now())?);
        Ok(Self {
            authority,
            hosts,
            env,
            current,
        })
    }

    /// Whose certificates these are.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Whether this machine is called so in its network.
    pub fn is_called(&self, name: &Name) -> bool {
        let named = |leaf: &Leaf| leaf.names.contains(name);
        named(&self.current().leaf) || self.hosts.contains(name)
    }

    /// Where others reach a master that listens here, the likeliest first: as HTTPS addresses, or as
    /// those of the page that explains how a device comes to trust them.
    pub fn addresses(&self, listen: SocketAddr, scheme: &str) -> Vec<String> {
        let names: Vec<Name> = match listen.ip().is_unspecified() {
            true => lan_addresses()
                .into_iter()
                .filter(|address| listen.is_ipv6() || address.is_ipv4())
                .map(Name::Ip)
                .chain(self.hosts.iter().cloned())
                .chain(host_names())
                .filter(|name| self.authority.allows(name))
                .collect(),
            false => vec![Name::Ip(listen.ip())],
        };
        let url = |name: Name| format!("{scheme}://{}:{}", name.in_url(), listen.port());
        names.into_iter().map(url).collect()
    }

    /// Where a device that shall join finds a master that listens here; none while this machine is in
    /// no network.
    pub fn reach(&self, listen: SocketAddr) -> Option<Reach> {
        let first = |scheme| self.addresses(listen, scheme).into_iter().next();
        Some(Reach {
            address: first("https")?,
            page: first("http")?,
            authority: self.authority.fingerprint(),
        })
    }

    /// What takes in a connection that came to an address of this machine.
    pub(crate) fn acceptor(&self, local: IpAddr) -> TlsAcceptor {
        let mut current = self.current();
        let now = self.env.now();
        if !current.leaf.is_good(now) || self.is_missing(&current.leaf, local) {
            let names = &self.hosts | &own_names();
            let names = &names | &BTreeSet::from([Name::Ip(local)]);
            match Current::issued(&self.authority, &names, now) {
                Ok(issued) => {
                    tracing::info!(names = ?issued.leaf.names, "issued a certificate");
                    *current = issued;
                }
                // The old one may still be good enough for whoever comes.
                Err(error) => tracing::error!(%error, "no new certificate"),
            }
        }
        TlsAcceptor::from(Arc::clone(&current.config))
    }

    fn is_missing(&self, leaf: &Leaf, local: IpAddr) -> bool {
        let local = Name::Ip(local);
        !leaf.names.contains(&local) && self.authority.allows(&local)
    }

    fn current(&self) -> std::sync::MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Leaf {
    /// Whether no other one is due. A clock that was set back makes it one of the future.
    fn is_good(&self, now: Millis) -> bool {
        self.from <= now && now < self.renew_at
    }
}

impl Current {
    fn issued(
        authority: &Authority,
        names: &BTreeSet<Name>,
        now: Millis,
    ) -> Result<Self, AuthorityError> {
        let leaf = authority.issue(names, now)?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(&leaf.key))));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            leaf,
            config: Arc::new(config),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    const NOW: u64 = 1_767_225_600_000;
    const DAY: u64 = 24 * 60 * 60 * 1_000;

    fn keeper(folder: &Path, clock: &Arc<AtomicU64>) -> Keeper {
        let clock = Arc::clone(clock);
        let env = Env::new(move || Millis(clock.load(Ordering::Relaxed)), |_| {});
        Keeper::open(folder, "Corner", &["kasse.lan".to_owned()], env).unwrap()
    }

    fn leaf(keeper: &Keeper, local: &str) -> Leaf {
        drop(keeper.acceptor(local.parse().unwrap()));
        keeper.current().leaf.clone()
    }

    #[test]
    fn a_certificate_stays_until_an_address_is_new_or_its_end_comes_near() {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicU64::new(NOW));
        let keeper = keeper(dir.path(), &clock);
        let first = leaf(&keeper, "127.0.0.1");
        assert!(first.names.contains(&Name::Dns("kasse.lan".to_owned())));
        let same = leaf(&keeper, "127.0.0.1");
        assert!(Arc::ptr_eq(&first.key, &same.key));

        let moved = leaf(&keeper, "10.77.0.9");
        assert!(!Arc::ptr_eq(&first.key, &moved.key));
        assert!(moved.names.contains(&Name::read("10.77.0.9").unwrap()));

        clock.store(NOW + 244 * DAY, Ordering::Relaxed);
        let still = leaf(&keeper, "10.77.0.9");
        assert!(Arc::ptr_eq(&moved.key, &still.key));
        clock.store(NOW + 246 * DAY, Ordering::Relaxed);
        let renewed = leaf(&keeper, "10.77.0.9");
        assert!(!Arc::ptr_eq(&moved.key, &renewed.key));
        clock.store(NOW, Ordering::Relaxed);
        let of_now = leaf(&keeper, "10.77.0.9");
        assert!(of_now.from < Millis(NOW), "a clock was set back");
    }

    #[test]
    fn an_address_that_it_may_not_speak_for_does_not_make_it_issue_again_and_again() {
        let dir = tempfile::tempdir().unwrap();
        let keeper = keeper(dir.path(), &Arc::new(AtomicU64::new(NOW)));
        let first = leaf(&keeper, "127.0.0.1");
        let same = leaf(&keeper, "198.51.100.200");
        assert!(Arc::ptr_eq(&first.key, &same.key));
    }
}
