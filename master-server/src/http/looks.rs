//! Which looks at the audit log are still going on.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sync_core::{DeviceId, Millis};

/// For so long a look goes on before it is written down again, in milliseconds.
const LOOK: u64 = 60 * 60_000;

/// What each device looks at and since when, so that a screen that stays open does not fill the
/// audit with itself.
#[derive(Debug, Default)]
pub(crate) struct Looks(Mutex<HashMap<(DeviceId, String), Millis>>);

impl Looks {
    /// Whether a look has to be written down: always, unless it goes on with one that was.
    pub(crate) fn is_new(&self, device: DeviceId, about: &str, goes_on: bool, now: Millis) -> bool {
        let mut looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        looks.retain(|_, since| *since <= now && now.since(*since) < LOOK);
        let key = (device, about.to_owned());
        if goes_on && looks.contains_key(&key) {
            return false;
        }
        looks.insert(key, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_with_a_look_is_no_other_one_for_an_hour() {
        let (looks, device) = (Looks::default(), DeviceId::from([1; 16]));
        let (start, later) = (Millis(1_000), Millis(1_000 + LOOK));
        assert!(looks.is_new(device, "all", true, start));
        assert!(!looks.is_new(device, "all", true, start.plus(5)));
        assert!(looks.is_new(device, "prices", true, start.plus(5)));
        assert!(looks.is_new(DeviceId::from([2; 16]), "all", true, start.plus(5)));
        assert!(looks.is_new(device, "prices", false, start.plus(6)));
        assert!(looks.is_new(device, "all", true, later));
    }
}
