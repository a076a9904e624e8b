use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// By what a machine is reached.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// A name, in lower case.
    Dns(String),
    /// An address.
    Ip(IpAddr),
}

impl Name {
    /// A name as people write it; none where a certificate could not have it.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().trim_matches(['[', ']']);
        if let Ok(address) = text.parse::<IpAddr>() {
            return Some(Self::Ip(address));
        }
        let part = |part: &str| {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
            !part.is_empty()
                && part.len() <= 63
                && part.chars().all(plain)
                && !part.starts_with('-')
                && !part.ends_with('-')
        };
        let name = text.to_ascii_lowercase();
        (name.len() <= 253 && name.split('.').all(part)).then_some(Self::Dns(name))
    }

    /// As it stands in an address of the web.
    pub fn in_url(&self) -> String {
        match self {
            Self::Ip(IpAddr::V6(address)) => format!("[{address}]"),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(name) => f.write_str(name),
            Self::Ip(address) => fmt::Display::fmt(address, f),
        }
    }
}

/// Everything this machine is called right now: itself, its host name, the addresses of its
/// interfaces.
pub fn own_names() -> BTreeSet<Name> {
    let mut names = BTreeSet::from([
        Name::Dns("localhost".to_owned()),
        Name::Ip(Ipv4Addr::LOCALHOST.into()),
        Name::Ip(Ipv6Addr::LOCALHOST.into()),
    ]);
    names.extend(host_names());
    names.extend(
        interfaces()
            .into_iter()
            .map(|(_, address)| Name::Ip(address)),
    );
    names
}

/// The host name, alone and as it is announced in a local network.
pub(super) fn host_names() -> Vec<Name> {
    let host = gethostname::gethostname();
    let host = host.to_str().and_then(Name::read);
    let Some(Name::Dns(host)) = host else {
        return Vec::new();
    };
    match host.contains('.') || host == "localhost" {
        true => vec![Name::Dns(host)],
        false => vec![Name::Dns(format!("{host}.local")), Name::Dns(host)],
    }
}

/// Addresses under which others in the shop's network reach this machine, the likeliest first.
pub(super) fn lan_addresses() -> Vec<IpAddr> {
    // What programs for virtual machines and containers put up leads nowhere outside.
    let inner = ["docker", "br-", "veth", "virbr", "vmnet", "vboxnet"];
    let mut addresses: Vec<IpAddr> = interfaces()
        .into_iter()
        .filter(|(name, address)| {
            !address.is_loopback() && !inner.iter().any(|inner| name.starts_with(inner))
        })
        .map(|(_, address)| address)
        .collect();
    addresses.sort_by_key(|address| match address {
        IpAddr::V4(address) => (!address.is_private(), address.is_link_local()),
        IpAddr::V6(_) => (true, true),
    });
    addresses
}

fn interfaces() -> Vec<(String, IpAddr)> {
    let found = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "the addresses of this machine cannot be read");
        Vec::new()
    });
    let found = found
        .into_iter()
        .map(|found| (found.name.clone(), found.ip()));
    // An address that is good only together with an interface is no address of a page.
    found
        .filter(|(_, address)| !is_link_local(address))
        .collect()
}

fn is_link_local(address: &IpAddr) -> bool {
    matches!(address, IpAddr::V6(address) if address.is_unicast_link_local())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let name = Name::read(text).map(|name| name.in_url());
        assert_eq!(name.as_deref(), expected, "{text}");
    }

    #[test]
    fn names_are_read_as_people_write_them() {
        check("Kasse-1.local", Some("kasse-1.local"));
        check("192.168.1.5", Some("192.168.1.5"));
        check("[fd00::2]", Some("[fd00::2]"));
        check("fd00::2", Some("[fd00::2]"));
        check("a b", None);
        check("shop_1", None);
        check("-a.local", None);
        check("a..b", None);
        check("", None);
    }

    #[test]
    fn this_machine_knows_itself() {
        let names = own_names();
        assert!(names.contains(&Name::Ip(Ipv4Addr::LOCALHOST.into())));
        assert!(names.contains(&Name::Dns("localhost".to_owned())));
    }
}
