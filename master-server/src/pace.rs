//! How fast one device may ask: frames on sockets and single requests together.
//!
//! A bucket for each device fills by so many calls a second up to so many at once. Real tills send
//! some frames a second, and hundreds of mutations in each; a program that runs wild is slowed down
//! before it slows down others.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sync_core::DeviceId;
use tokio::time::Instant;

/// What one device may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    /// So many calls a second, for long; at least 1.
    pub(crate) per_second: u32,
    /// So many more at once; at least 1.
    pub(crate) at_once: u32,
}

/// The buckets: one for each device that asked since the start.
#[derive(Debug, Default)]
pub(crate) struct Paces(Mutex<HashMap<DeviceId, Bucket>>);

#[derive(Clone, Copy, Debug)]
struct Bucket {
    /// Calls left, in millionths; below nothing where more were taken than there were.
    left: i64,
    at: Instant,
}

const CALL: i64 = 1_000_000;

/// How a device asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Took {
    /// As devices do.
    Calm,
    /// More than half of what there was at once is used up.
    Busy,
    /// Too often: it has to rest for so long.
    TooFast(Duration),
}

impl Pace {
    fn full(self) -> i64 {
        i64::from(self.at_once) * CALL
    }

    /// How long until a tenth of the bucket is there again: whoever is slowed down rests a while
    /// rather than be slowed down with each call.
    fn rest(self, left: i64) -> Duration {
        let missing = (self.full() / 10).max(CALL) - left;
        // Millionths of calls by calls a second are microseconds.
        Duration::from_micros(missing.max(0) as u64 / u64::from(self.per_second.max(1)))
    }
}

impl Paces {
    /// Takes a call that is answered whether there is one left or not.
    pub(crate) fn took(&self, device: DeviceId, pace: Pace) -> Took {
        let mut buckets = self.buckets();
        let bucket = filled(&mut buckets, device, pace);
        bucket.left -= CALL;
        match bucket.left {
            ..0 => Took::TooFast(pace.rest(bucket.left)),
            left if left < pace.full() / 2 => Took::Busy,
            _ => Took::Calm,
        }
    }

    /// Takes a call where there is one left.
    ///
    /// # Errors
    /// How long to wait where there is none.
    pub(crate) fn take(&self, device: DeviceId, pace: Pace) -> Result<(), Duration> {
        let mut buckets = self.buckets();
        let bucket = filled(&mut buckets, device, pace);
        if bucket.left < CALL {
            return Err(pace.rest(bucket.left));
        }
        bucket.left -= CALL;
        Ok(())
    }

    fn buckets(&self) -> MutexGuard<'_, HashMap<DeviceId, Bucket>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn filled(buckets: &mut HashMap<DeviceId, Bucket>, device: DeviceId, pace: Pace) -> &mut Bucket {
    let now = Instant::now();
    let bucket = buckets.entry(device).or_insert(Bucket {
        left: pace.full(),
        at: now,
    });
    let passed = i64::try_from((now - bucket.at).as_micros()).unwrap_or(i64::MAX);
    let more = passed.saturating_mul(i64::from(pace.per_second));
    bucket.left = bucket.left.saturating_add(more).min(pace.full());
    bucket.at = now;
    bucket
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace {
        per_second: 10,
        at_once: 100,
    };

    #[test]
    fn so_many_at_once_and_then_it_is_told_how_long_to_rest() {
        let (paces, one) = (Paces::default(), DeviceId::from([1; 16]));
        for _ in 0..100 {
            assert_eq!(paces.take(one, PACE), Ok(()));
        }
        let wait = paces.take(one, PACE).expect_err("none is left");
        // A tenth of a hundred, at ten a second.
        assert!(
            wait > Duration::from_millis(800) && wait <= Duration::from_secs(1),
            "{wait:?}"
        );
        assert_eq!(paces.take(DeviceId::from([2; 16]), PACE), Ok(()));
    }

    #[test]
    fn what_is_answered_all_the_same_has_to_be_rested_for() {
        let (paces, one) = (Paces::default(), DeviceId::from([1; 16]));
        let took: Vec<_> = (0..150).map(|_| paces.took(one, PACE)).collect();
        let of = |wanted: Took| took.iter().filter(|took| **took == wanted).count();
        assert!((50..=51).contains(&of(Took::Calm)), "{took:?}");
        assert!((50..=51).contains(&of(Took::Busy)), "{took:?}");
        let last = Took::TooFast(Duration::from_secs(5));
        assert!(matches!((took[149], last), (Took::TooFast(is), Took::TooFast(than)) if is > than));
    }
}
