//! What happened, in order, as one hash: the same seed gives the same one.

use std::sync::{Arc, Mutex, PoisonError};

use sync_core::Digest;

/// The last events, for whoever looks at a failing seed.
const KEPT: usize = 400;

/// A running hash over everything that happened. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Trace(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    hash: Digest,
    last: std::collections::VecDeque<String>,
}

impl Default for Inner {
    fn default() -> Self {
        Self {
            hash: Digest::ZERO,
            last: std::collections::VecDeque::new(),
        }
    }
}

impl Trace {
    /// Adds an event.
    pub fn note(&self, event: String) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.hash = Digest::of(&[inner.hash.to_string().as_bytes(), event.as_bytes()]);
        if inner.last.len() == KEPT {
            inner.last.pop_front();
        }
        inner.last.push_back(event);
    }

    /// The hash so far.
    pub fn hash(&self) -> Digest {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).hash
    }

    /// The last events, oldest first.
    pub fn last(&self) -> Vec<String> {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.last.iter().cloned().collect()
    }
}
