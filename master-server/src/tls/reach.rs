//! For which names a store's authority may speak at all.

use std::net::IpAddr;

use rcgen::{CidrSubnet, GeneralSubtree, NameConstraints};

use super::names::Name;

/// Names that mean something inside a network only, with everything below them.
const INNER: [&str; 7] = [
    "home",
    "home.arpa",
    "internal",
    "lan",
    "local",
    "localdomain",
    "localhost",
];

/// Addresses that lead nowhere outside, with how many bits of them say so.
const PRIVATE: [(&str, u8); 8] = [
    ("10.0.0.0", 8),
    ("127.0.0.0", 8),
    ("169.254.0.0", 16),
    ("172.16.0.0", 12),
    ("192.168.0.0", 16),
    ("::1", 128),
    ("fc00::", 7),
    ("fe80::", 10),
];

/// The names of inner networks, and a few of the shop's own.
pub(super) struct Reach<'a> {
    pub(super) own: &'a [String],
}

impl Reach<'_> {
    /// Whether the authority may speak for a name.
    pub(super) fn allows(&self, name: &Name) -> bool {
        let own = self.own.iter().filter_map(|own| Name::read(own));
        match name {
            Name::Ip(address) => {
                let mut ranges = ranges();
                ranges.any(|range| holds(range, *address))
                    || own.into_iter().any(|own| own == *name)
            }
            Name::Dns(name) => {
                let below = |top: &str| {
                    let rest = name.strip_suffix(top);
                    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
                };
                INNER.into_iter().any(below) || own.into_iter().any(|own| below(&own.to_string()))
            }
        }
    }

    /// The same, as it stands in the authority's certificate.
    pub(super) fn constraints(&self) -> NameConstraints {
        let names = INNER.map(|name| GeneralSubtree::DnsName(name.to_owned()));
        let addresses = ranges().map(|(address, bits)| subnet(address, bits));
        let own = self.own.iter().filter_map(|own| Name::read(own));
        let own = own.map(|own| match own {
            Name::Dns(name) => GeneralSubtree::DnsName(name),
            Name::Ip(address @ IpAddr::V4(_)) => subnet(address, 32),
            Name::Ip(address) => subnet(address, 128),
        });
        NameConstraints {
            permitted_subtrees: names.into_iter().chain(addresses).chain(own).collect(),
            excluded_subtrees: Vec::new(),
        }
    }
}

fn ranges() -> impl Iterator<Item = (IpAddr, u8)> {
    let parsed = |(text, bits): (&str, u8)| (text.parse().expect("an address"), bits);
    PRIVATE.into_iter().map(parsed)
}

fn subnet(address: IpAddr, bits: u8) -> GeneralSubtree {
    GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, bits))
}

fn holds((range, bits): (IpAddr, u8), address: IpAddr) -> bool {
    let same = |one: &[u8], other: &[u8]| {
        (0..usize::from(bits)).all(|bit| {
            let mask = 0x80 >> (bit % 8);
            one[bit / 8] & mask == other[bit / 8] & mask
        })
    };
    match (range, address) {
        (IpAddr::V4(range), IpAddr::V4(address)) => same(&range.octets(), &address.octets()),
        (IpAddr::V6(range), IpAddr::V6(address)) => same(&range.octets(), &address.octets()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: bool) {
        let own = ["till.shop.example".to_owned(), "203.0.113.7".to_owned()];
        let name = Name::read(name).expect("a name");
        assert_eq!(Reach { own: &own }.allows(&name), expected, "{name}");
    }

    #[test]
    fn it_ends_at_the_shops_own_network_and_names() {
        for inside in [
            "192.168.1.5",
            "172.31.0.1",
            "10.9.8.7",
            "fd00::2",
            "::1",
            "localhost",
            "kasse.local",
            "kasse.home.arpa",
            "till.shop.example",
            "203.0.113.7",
        ] {
            check(inside, true);
        }
        for outside in [
            "172.32.0.1",
            "192.169.0.1",
            "203.0.113.8",
            "2001:db8::1",
            "bank.example",
            "shop.example",
            "notlocal",
            "local.example",
        ] {
            check(outside, false);
        }
    }
}
