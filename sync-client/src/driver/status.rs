use sync_core::{Millis, TASKS};

use super::{Driver, tasks};
use crate::SyncStatus;
use crate::query::Query;
use crate::storage::Storage;
use crate::transport::Transport;

/// How often the storage is asked how safe it is, in milliseconds.
const HEALTH: u64 = 10_000;

impl<S: Storage, T: Transport> Driver<S, T> {
    /// Asks how safe the storage is, every few seconds.
    pub(super) fn look_after(&mut self, now: Millis) {
        // A clock set back must not put it off for ever.
        if now < self.health_at && self.health_at.since(now) <= HEALTH {
            return;
        }
        self.health_at = now.plus(HEALTH);
        tasks::health(&self.storage, &self.sender);
    }

    /// Brings the status people look at up to date.
    pub(super) fn show(&mut self) {
        let now = self.config.env.now();
        let engine = &self.engine;
        let (counted, health) = (&mut self.counted, &self.health);
        let status = self.shared.read(|replica| {
            let names = [sync_core::CONFLICTS, TASKS];
            for (name, (revision, count)) in names.iter().zip(counted.iter_mut()) {
                let query = Query::all(*name).eq("status", "open").window(0, 0);
                let newest = replica.revision(&query.collection);
                if newest != *revision {
                    (*revision, *count) = (newest, replica.view().query(&query).total as u64);
                }
            }
            SyncStatus {
                storage: *health,
                conflicts: counted[0].1,
                tasks: counted[1].1,
                ..engine.status(replica, now)
            }
        });
        self.shared.set_resent(self.engine.resent());
        self.shared.status.send_if_modified(|shown| {
            let changed = *shown != status;
            *shown = status;
            changed
        });
    }
}
