//! Records that the disk had no room for come back to it.

use sync_core::Millis;

use super::Driver;
use crate::StorageHealth;
use crate::engine::Input;
use crate::storage::Storage;
use crate::transport::Transport;

/// The shortest wait between two tries, in milliseconds.
const SOON: u64 = 30_000;
/// The longest wait between two tries, in milliseconds: each fetches every record.
const SELDOM: u64 = 30 * 60_000;

/// When it is tried next.
#[derive(Default)]
pub(super) struct Keep {
    at: Millis,
    wait: u64,
}

impl<S: Storage, T: Transport> Driver<S, T> {
    /// Takes in how safe the storage is; where it lacks records and has room for them, they are to
    /// come anew.
    pub(super) fn healthy(&mut self, health: StorageHealth) -> Input {
        self.health = health;
        let (now, keep) = (self.config.env.now(), &mut self.keep);
        // A clock set back must not put it off for ever.
        let waits = now < keep.at && keep.at.since(now) <= keep.wait;
        if health.records_kept || health.is_nearly_full() || waits {
            return Input::Timer;
        }
        // What was kept for a while begins with a short wait again.
        if now.since(keep.at) > SELDOM {
            keep.wait = 0;
        }
        keep.wait = (2 * keep.wait).clamp(SOON, SELDOM);
        keep.at = now.plus(keep.wait);
        Input::Anew
    }
}
