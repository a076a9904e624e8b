//! The outside doors of the process that are not the network or a disk: time and randomness.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use sync_core::Millis;

type Fill = dyn Fn(&mut [u8]) + Send + Sync;

/// Where time and randomness come from; simulated in tests.
#[derive(Clone)]
pub struct Env {
    now: Arc<dyn Fn() -> Millis + Send + Sync>,
    fill: Arc<Fill>,
}

impl Env {
    /// The machine's clock and randomness.
    pub fn real() -> Self {
        Self {
            now: Arc::new(wall_clock),
            fill: Arc::new(|bytes| {
                getrandom::fill(bytes).expect("the operating system always has randomness");
            }),
        }
    }

    /// A given clock and a given source of bytes.
    pub fn new(
        now: impl Fn() -> Millis + Send + Sync + 'static,
        fill: impl Fn(&mut [u8]) + Send + Sync + 'static,
    ) -> Self {
        Self {
            now: Arc::new(now),
            fill: Arc::new(fill),
        }
    }

    /// The time.
    pub fn now(&self) -> Millis {
        (self.now)()
    }

    /// So many random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.fill)(&mut bytes);
        bytes
    }
}

fn wall_clock() -> Millis {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Millis(since.as_millis() as u64)
}
