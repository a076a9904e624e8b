use std::fmt;
use std::sync::Arc;

use sync_core::Millis;

use crate::platform::{self, MaybeSend, MaybeSync};

/// Where a client's time and randomness come from.
pub trait Source: MaybeSend + MaybeSync {
    /// The wall clock.
    fn now(&self) -> Millis;

    /// Random bytes, for ids.
    fn random(&self) -> [u8; 10];
}

/// A client's [`Source`]: the device's own unless a simulation gives another. Cheap to clone.
#[derive(Clone)]
pub struct Env(Arc<dyn Source>);

impl Env {
    /// A given source.
    pub fn new(source: impl Source + 'static) -> Self {
        Self(Arc::new(source))
    }

    pub(crate) fn now(&self) -> Millis {
        self.0.now()
    }

    pub(crate) fn random(&self) -> [u8; 10] {
        self.0.random()
    }
}

impl Default for Env {
    fn default() -> Self {
        Self::new(Device)
    }
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Env")
    }
}

/// The machine's clock and randomness.
struct Device;

impl Source for Device {
    fn now(&self) -> Millis {
        platform::now()
    }

    fn random(&self) -> [u8; 10] {
        platform::random()
    }
}
