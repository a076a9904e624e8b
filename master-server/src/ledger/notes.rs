//! Entries of the audit that nobody waits for: they ride with the next batch, whoever it is for, so
//! that telling of them costs no sale a write of its own.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::audit::Entry;

/// So many wait at most: where nothing can be written for long, the disk is not made fuller by what
/// was told meanwhile.
const MOST: usize = 1_000;

/// The entries that wait for a batch.
#[derive(Default)]
pub(super) struct Notes(Mutex<VecDeque<Entry>>);

impl Notes {
    /// Takes one up; the oldest goes where there are too many.
    pub(super) fn add(&self, entry: Entry) {
        let mut waiting = self.waiting();
        waiting.push_back(entry);
        if waiting.len() > MOST {
            waiting.pop_front();
            metrics::counter!("tillsync_audit_notes_lost_total").increment(1);
        }
    }

    /// All of them, for a batch.
    pub(super) fn take(&self) -> Vec<Entry> {
        self.waiting().drain(..).collect()
    }

    /// The batch was rolled back: they wait for the next one.
    pub(super) fn put_back(&self, entries: Vec<Entry>) {
        let mut waiting = self.waiting();
        for entry in entries.into_iter().rev() {
            waiting.push_front(entry);
        }
        waiting.truncate(MOST);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting().is_empty()
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
