use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use sync_core::{Map, Outcome, RoleChange, Seq};

use crate::platform::watch;
use crate::replica::Replica;
use crate::{FrameEntry, RecordChange, SyncPosition, SyncStatus};

/// How many frames the inspector can look back.
const FRAMES_KEPT: usize = 200;

/// How many mutations' attempts are remembered.
const ATTEMPTS_KEPT: usize = 2_000;

/// How much news waits at most for whoever listens; never less than half.
const KEPT: usize = 10_000;

/// What the driver writes and everybody reads.
pub(crate) struct Shared {
    replica: RwLock<Replica>,
    /// Counts up whenever the view changed.
    pub(crate) changed: watch::Sender<u64>,
    pub(crate) status: watch::Sender<SyncStatus>,
    frames: Mutex<VecDeque<FrameEntry>>,
    told: Mutex<Told>,
    resent: AtomicU64,
    /// How often each mutation was sent since opening.
    attempts: Mutex<Map<Seq, u32>>,
    closed: AtomicBool,
}

/// What waits for whoever listens.
pub(crate) enum News {
    Record(RecordChange),
    Outcome(Outcome),
    Role(RoleChange),
}

/// The last news, numbered from 1 since opening.
#[derive(Default)]
struct Told {
    count: u64,
    last: Vec<News>,
}

impl Shared {
    pub(crate) fn new(replica: Replica, status: SyncStatus) -> Self {
        Self {
            replica: RwLock::new(replica),
            changed: watch::Sender::new(0),
            status: watch::Sender::new(status),
            frames: Mutex::default(),
            told: Mutex::default(),
            resent: AtomicU64::new(0),
            attempts: Mutex::default(),
            closed: AtomicBool::new(false),
        }
    }

    // A panic while a lock was held cannot leave the replica half written: it is brought forward
    // from batches that are durable already, and read back whole on the next opening.
    pub(crate) fn read<R>(&self, read: impl FnOnce(&Replica) -> R) -> R {
        read(&self.replica.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn write<R>(&self, write: impl FnOnce(&mut Replica) -> R) -> R {
        write(&mut self.replica.write().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn announce(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.announce();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    pub(crate) fn log_frame(&self, entry: FrameEntry) {
        if !cfg!(feature = "inspect") {
            return;
        }
        let mut frames = self.frames.lock().unwrap_or_else(PoisonError::into_inner);
        if frames.len() == FRAMES_KEPT {
            frames.pop_front();
        }
        frames.push_back(entry);
    }

    pub(crate) fn frames(&self) -> Vec<FrameEntry> {
        let frames = self.frames.lock().unwrap_or_else(PoisonError::into_inner);
        frames.iter().cloned().collect()
    }

    /// Keeps news for whoever listens.
    pub(crate) fn tell(&self, news: News) {
        let mut told = self.told();
        if told.last.len() == KEPT {
            told.last.drain(..KEPT / 2);
        }
        told.count += 1;
        told.last.push(news);
    }

    /// Looks at the news after a number, which moves on.
    pub(crate) fn told_since(&self, number: &mut u64, look: impl FnMut(&News)) {
        let told = self.told();
        let old = told.last.len() as u64;
        let old = old.saturating_sub(told.count - *number) as usize;
        *number = told.count;
        told.last[old..].iter().for_each(look);
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn count_attempts(&self, seqs: impl Iterator<Item = Seq>) {
        if !cfg!(feature = "inspect") {
            return;
        }
        let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        seqs.for_each(|seq| *attempts.or_default(seq) += 1);
        let too_many = attempts.len().saturating_sub(ATTEMPTS_KEPT);
        let first = attempts.keys().nth(too_many).copied();
        attempts.retain(|seq, _| Some(*seq) >= first);
    }

    pub(crate) fn attempts(&self, seq: Seq) -> u32 {
        let attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        attempts.get(&seq).copied().unwrap_or(0)
    }

    pub(crate) fn set_resent(&self, resent: u64) {
        self.resent.store(resent, Ordering::Relaxed);
    }

    pub(crate) fn position(&self) -> SyncPosition {
        let resent = self.resent.load(Ordering::Relaxed);
        self.read(|replica| SyncPosition {
            resent,
            ..replica.position()
        })
    }
}
