//! Who was turned away, for the audit: told within limits, so that nobody fills the disk by asking.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sync_core::{Code, Millis};

/// Counts begin anew after so long, in milliseconds.
const WINDOW: u64 = 60 * 60_000;
/// So many of one address are told within a window; how many more there were is told after it.
const OF_ONE: u32 = 6;
/// So many are told of all addresses together.
const OF_ALL: u32 = 300;
/// So many addresses are told apart; whoever comes then counts as one.
const ADDRESSES: usize = 1_000;

/// Counts what was refused, by address.
#[derive(Debug, Default)]
pub(crate) struct Refusals(Mutex<BTreeMap<Option<IpAddr>, Count>>);

#[derive(Clone, Copy, Debug)]
struct Count {
    since: Millis,
    told: u32,
    untold: u64,
}

/// What one address was refused without being told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Untold {
    pub(crate) address: Option<IpAddr>,
    pub(crate) count: u64,
    pub(crate) since: Millis,
}

impl Refusals {
    /// Counts one; whether it is told.
    pub(crate) fn take(&self, address: Option<IpAddr>, now: Millis) -> bool {
        let mut counts = self.counts();
        let of_all: u32 = counts.values().map(|count| count.told).sum();
        let room = counts.len() < ADDRESSES || counts.contains_key(&address);
        let count = counts.entry(address.filter(|_| room)).or_insert(Count {
            since: now,
            told: 0,
            untold: 0,
        });
        let told = count.told < OF_ONE && of_all < OF_ALL;
        match told {
            true => count.told += 1,
            false => count.untold += 1,
        }
        told
    }

    /// Lets go of the windows that are over, with what was not told in them: by address where some
    /// of it was told, and of all the others together.
    pub(crate) fn over(&self, now: Millis) -> Vec<Untold> {
        let mut untold: BTreeMap<Option<IpAddr>, Untold> = BTreeMap::new();
        self.counts().retain(|address, count| {
            // A clock that was put back begins them anew too.
            let over = now < count.since || now.since(count.since) >= WINDOW;
            if over && count.untold > 0 {
                let address = address.filter(|_| count.told > 0);
                let sum = untold.entry(address).or_insert(Untold {
                    address,
                    count: 0,
                    since: count.since,
                });
                sum.count += count.untold;
                sum.since = sum.since.min(count.since);
            }
            !over
        });
        untold.into_values().collect()
    }

    fn counts(&self) -> MutexGuard<'_, BTreeMap<Option<IpAddr>, Count>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an error says that somebody is not let in, rather than that the master cannot just now.
pub(crate) fn is_refusal(code: Code) -> bool {
    match code {
        Code::Draining
        | Code::StorageFull
        | Code::StorageFailed
        | Code::Internal
        | Code::NotMaster => false,
        Code::Malformed
        | Code::TooLarge
        | Code::Validation
        | Code::BadEnrolmentCode
        | Code::NotFound
        | Code::Conflict
        | Code::Gap
        | Code::ForeignCursor
        | Code::Unauthenticated
        | Code::IdentityClosed
        | Code::Forbidden
        | Code::NeedsUpgrade
        | Code::RateLimited
        | Code::RestoreNeeded => true,
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn address(last: u32) -> Option<IpAddr> {
        Some(Ipv4Addr::from(0x0a00_0000 + last).into())
    }

    #[test]
    fn of_one_address_few_are_told_and_the_rest_as_a_number() {
        let refusals = Refusals::default();
        let told = (0..100).filter(|_| refusals.take(address(1), Millis(5)));
        assert_eq!(told.count() as u32, OF_ONE);
        assert!(refusals.take(address(2), Millis(5)));
        assert_eq!(refusals.over(Millis(5 + WINDOW - 1)), []);
        let untold = Untold {
            address: address(1),
            count: 100 - u64::from(OF_ONE),
            since: Millis(5),
        };
        assert_eq!(refusals.over(Millis(5 + WINDOW)), [untold]);
        assert!(refusals.take(address(1), Millis(5 + WINDOW)));
    }

    #[test]
    fn many_addresses_take_no_more_room_than_some() {
        let refusals = Refusals::default();
        let told = (0..20_000).filter(|last| refusals.take(address(*last), Millis(5)));
        assert_eq!(told.count() as u32, OF_ALL);
        assert!(refusals.counts().len() <= ADDRESSES + 1);
        let untold = refusals.over(Millis(5 + WINDOW));
        assert!(untold.len() as u32 <= OF_ALL + 1);
        let count: u64 = untold.iter().map(|untold| untold.count).sum();
        assert_eq!(count, 20_000 - u64::from(OF_ALL));
    }
}
