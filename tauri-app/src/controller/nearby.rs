//! Masters that say in this network that they are here.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use master_server::announce::{AUTHORITY, SERVICE, SHOP};
use mdns_sd::{ResolvedService, ServiceDaemon, ServiceEvent};
use sync_core::Fingerprint;
use till::NearbyMaster;
use tokio::time::{Instant, timeout_at};

/// So long those who are here have time to say so.
const LISTEN: Duration = Duration::from_millis(1_500);

/// Looks around once. A network that carries no such word has nobody in it.
pub(super) async fn look_around() -> Vec<NearbyMaster> {
    let Ok(daemon) = ServiceDaemon::new() else {
        return Vec::new();
    };
    let mut found: BTreeMap<String, Box<ResolvedService>> = BTreeMap::new();
    if let Ok(events) = daemon.browse(SERVICE) {
        let until = Instant::now() + LISTEN;
        while let Ok(Ok(event)) = timeout_at(until, events.recv_async()).await {
            // It is told again as more of its addresses become known.
            if let ServiceEvent::ServiceResolved(mut service) = event {
                let before = found.remove(&service.fullname);
                service
                    .addresses
                    .extend(before.into_iter().flat_map(|before| before.addresses));
                found.insert(service.fullname.clone(), service);
            }
        }
    }
    // It ends by itself, with its thread.
    let _ = daemon.shutdown();
    found.values().filter_map(|service| read(service)).collect()
}

/// Where it is and who vouches for it, as it says itself.
fn read(service: &ResolvedService) -> Option<NearbyMaster> {
    let authority = service.get_property_val_str(AUTHORITY);
    let authority: Option<Fingerprint> = authority.map(str::parse).transpose().ok()?;
    let scheme = match authority {
        Some(_) => "https",
        None => "http",
    };
    let host = likeliest(service.addresses.iter().map(mdns_sd::ScopedIp::to_ip_addr))?;
    Some(NearbyMaster {
        shop: service.get_property_val_str(SHOP)?.to_owned(),
        address: format!("{scheme}://{}", SocketAddr::new(host, service.port)),
        authority,
    })
}

/// Of several addresses of one machine the one that leads there from another.
fn likeliest(addresses: impl Iterator<Item = IpAddr>) -> Option<IpAddr> {
    let rank = |address: &IpAddr| match address {
        IpAddr::V4(v4) if v4.is_loopback() => 3,
        IpAddr::V4(v4) if v4.is_link_local() => 2,
        IpAddr::V4(_) => 0,
        // Those of a link alone need to be told which: not in an address people see.
        IpAddr::V6(v6) if v6.is_unicast_link_local() || v6.is_loopback() => 4,
        IpAddr::V6(_) => 1,
    };
    let usable = addresses.filter(|address| rank(address) < 4);
    usable.min_by_key(|address| (rank(address), *address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(addresses: &[&str], expected: Option<&str>) {
        let parsed = |text: &&str| text.parse::<IpAddr>().expect("an address");
        let likeliest = likeliest(addresses.iter().map(parsed));
        assert_eq!(likeliest, expected.map(|text| parsed(&text)));
    }

    #[test]
    fn of_several_addresses_the_one_of_the_network_is_taken() {
        check(
            &["127.0.0.1", "169.254.3.4", "192.168.1.5", "fd00::5"],
            Some("192.168.1.5"),
        );
        check(&["127.0.0.1", "fd00::5", "fe80::1"], Some("fd00::5"));
        check(&["127.0.0.1", "::1"], Some("127.0.0.1"));
        check(&["fe80::1"], None);
    }
}
