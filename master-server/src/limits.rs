//! How often one address may try what can be guessed.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use sync_core::{Code, Millis, WireError};

/// Tries per window.
const TRIES: u32 = 20;
/// The window, in milliseconds.
const WINDOW: u64 = 60_000;
/// So many addresses are remembered; beyond that the oldest windows go.
const ADDRESSES: usize = 10_000;

/// Counts tries by address in windows of a minute.
#[derive(Debug, Default)]
pub(crate) struct Limits(Mutex<HashMap<IpAddr, (Millis, u32)>>);

impl Limits {
    /// Counts one try.
    pub(crate) fn take(&self, address: IpAddr, now: Millis) -> Result<(), WireError> {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= ADDRESSES {
            windows.retain(|_, (since, _)| now.since(*since) < WINDOW);
        }
        let (since, tries) = windows.entry(address).or_insert((now, 0));
        if now.since(*since) >= WINDOW {
            (*since, *tries) = (now, 0);
        }
        *tries += 1;
        if *tries <= TRIES {
            return Ok(());
        }
        let wait = WINDOW - now.since(*since);
        let message = "too many tries; wait a minute";
        Err(WireError::new(Code::RateLimited, message).retry_after(wait))
    }

    /// A try that was right does not count.
    pub(crate) fn give_back(&self, address: IpAddr) {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, tries)) = windows.get_mut(&address) {
            *tries = tries.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn one_address_is_slowed_down_and_let_in_again() {
        let limits = Limits::default();
        let (one, two) = (
            Ipv4Addr::new(10, 0, 0, 1).into(),
            Ipv4Addr::new(10, 0, 0, 2).into(),
        );
        for _ in 0..TRIES {
            assert_eq!(limits.take(one, Millis(5)), Ok(()));
        }
        let refused = limits.take(one, Millis(10_005)).expect_err("too many");
        assert_eq!(refused.retry_after_ms, Some(50_000));
        assert_eq!(limits.take(two, Millis(10_005)), Ok(()));
        assert_eq!(limits.take(one, Millis(60_005)), Ok(()));
    }
}
