//! Entries of the audit that nobody waits for: they ride with the next batch, whoever it is for, so
//! that telling of them costs no sale a write of its own.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sync_core::Millis;

use super::audit::Entry;

/// So many wait at most: where nothing can be written for long, the disk is not made fuller by what
/// was told meanwhile.
const MOST: usize = 1_000;

/// An entry that rides along.
#[derive(Clone, Debug)]
pub struct Note {
    /// What the audit shall say.
    pub entry: Entry,
    /// When the device of the entry last stood level with the log: kept with it.
    pub level_at: Option<Millis>,
}

/// The entries that wait for a batch.
#[derive(Default)]
pub(super) struct Notes(Mutex<VecDeque<Note>>);

impl From<Entry> for Note {
    fn from(entry: Entry) -> Self {
        Self {
            entry,
            level_at: None,
        }
    }
}

impl Notes {
    /// Takes one up; the oldest goes where there are too many.
    pub(super) fn add(&self, note: Note) {
        let mut waiting = self.waiting();
        waiting.push_back(note);
        if waiting.len() > MOST {
            waiting.pop_front();
            metrics::counter!("tillsync_audit_notes_lost_total").increment(1);
        }
    }

    /// All of them, for a batch.
    pub(super) fn take(&self) -> Vec<Note> {
        self.waiting().drain(..).collect()
    }

    /// The batch was rolled back: they wait for the next one.
    pub(super) fn put_back(&self, notes: Vec<Note>) {
        let mut waiting = self.waiting();
        for note in notes.into_iter().rev() {
            waiting.push_front(note);
        }
        waiting.truncate(MOST);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting().is_empty()
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Note>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
