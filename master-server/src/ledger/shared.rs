//! What doors may know of the ledger without asking the writer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use sync_core::{Hlc, Millis};
use tokio::sync::broadcast;

use super::changes::Batch;
use super::devices::Directory;
use super::identity::Identity;
use super::notes::Notes;

/// So many batches a slow subscriber may lag behind before its stream is dropped.
const LAG: usize = 64;

/// Whether the ledger can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// The last write went through.
    Good,
    /// The disk is full.
    Full,
    /// The last write failed.
    Failed,
}

/// Shared by the writer, the readers and every door.
pub(super) struct Shared {
    identity: RwLock<Arc<Identity>>,
    directory: RwLock<Arc<Directory>>,
    health: RwLock<Health>,
    clock: AtomicU64,
    batches: broadcast::Sender<Arc<Batch>>,
    /// What rides along with the next batch.
    pub(super) notes: Notes,
}

impl Shared {
    pub(super) fn new(identity: Identity, directory: Directory) -> Self {
        let (batches, _) = broadcast::channel(LAG);
        Self {
            identity: RwLock::new(Arc::new(identity)),
            directory: RwLock::new(Arc::new(directory)),
            health: RwLock::new(Health::Good),
            clock: AtomicU64::new(0),
            batches,
            notes: Notes::default(),
        }
    }

    pub(super) fn identity(&self) -> Arc<Identity> {
        read(&self.identity)
    }

    pub(super) fn directory(&self) -> Arc<Directory> {
        read(&self.directory)
    }

    pub(super) fn health(&self) -> Health {
        read(&self.health)
    }

    /// The node's clock: never the same reading twice, never behind an earlier one.
    pub(super) fn clock(&self, now: Millis) -> Hlc {
        let tick = |bits: u64| Some(Hlc::from(bits).tick(now).bits());
        let before = self
            .clock
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, tick)
            .unwrap_or_default();
        Hlc::from(before).tick(now)
    }

    /// Keeps the node's clock from falling behind a claim it decided by.
    pub(super) fn observe(&self, seen: Hlc) {
        self.clock.fetch_max(seen.bits(), Ordering::Relaxed);
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<Arc<Batch>> {
        self.batches.subscribe()
    }

    pub(super) fn publish(&self, batch: Arc<Batch>) {
        // Nobody listens: everybody pulls when they come.
        let _ = self.batches.send(batch);
    }

    pub(super) fn set_identity(&self, identity: &Identity) {
        if *self.identity() != *identity {
            write(&self.identity, Arc::new(identity.clone()));
        }
    }

    pub(super) fn set_directory(&self, directory: Directory) {
        write(&self.directory, Arc::new(directory));
    }

    pub(super) fn set_health(&self, health: Health) {
        if self.health() != health {
            tracing::warn!(?health, "the ledger's health changed");
            write(&self.health, health);
        }
    }
}

fn read<T: Clone>(lock: &RwLock<T>) -> T {
    lock.read().unwrap_or_else(PoisonError::into_inner).clone()
}

fn write<T>(lock: &RwLock<T>, value: T) {
    *lock.write().unwrap_or_else(PoisonError::into_inner) = value;
}
