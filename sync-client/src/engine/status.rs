//! The engine's part of what people look at.

use sync_core::Millis;

use super::Engine;
use super::link::{Link, Stop};
use crate::replica::Replica;
use crate::{ConnectionState, FirstSync, NodeRole, StorageHealth, SyncStatus};

/// Failed attempts before people read that the master cannot be reached.
const UNREACHABLE_AFTER: u32 = 2;
/// Without progress for so long, waiting mutations count as stalled.
const STALLED: u64 = 30_000;

impl Engine {
    /// Follows the link to what is shown, and since when.
    pub(super) fn show(&mut self, now: Millis) {
        let state = self.connection();
        if std::mem::discriminant(&state) != std::mem::discriminant(&self.shown) {
            self.since = now;
        }
        self.shown = state;
    }

    fn connection(&self) -> ConnectionState {
        let attempt = self.backoff.attempts().max(1);
        let trying = |next_retry_at| match attempt > UNREACHABLE_AFTER {
            true => ConnectionState::ServerUnreachable {
                attempt,
                next_retry_at,
            },
            false if self.drained => ConnectionState::Draining,
            false => ConnectionState::Connecting {
                attempt,
                next_retry_at,
            },
        };
        match &self.link {
            Link::Idle if !self.network => ConnectionState::NoNetwork,
            Link::Idle | Link::Enrolling | Link::Connecting { .. } | Link::Greeting { .. } => {
                trying(None)
            }
            Link::Waiting { until } => trying(Some(*until)),
            Link::Live(_) if self.drained => ConnectionState::Draining,
            Link::Live(session) if session.heartbeat.is_doubtful() => ConnectionState::Checking,
            Link::Live(_) => ConnectionState::Online,
            Link::Stopped(Stop::Paused {
                reason, message, ..
            }) => ConnectionState::Paused {
                reason: *reason,
                message: message.clone(),
            },
            Link::Stopped(Stop::Storage { problem, .. }) => {
                ConnectionState::Storage { problem: *problem }
            }
            Link::Stopped(Stop::Failed { message }) => ConnectionState::Failed {
                message: message.clone(),
            },
        }
    }

    /// Everything people look at, but the counts of the view.
    pub(crate) fn status(&self, replica: &Replica, now: Millis) -> SyncStatus {
        let pending = replica.pending();
        let oldest = replica.pending_from(sync_core::Seq(0)).next();
        let in_flight = match &self.link {
            Link::Live(session) => session.push.as_ref().map_or(0, |(seqs, _)| seqs.len()),
            _ => 0,
        };
        let waiting = oldest.map(|row| row.recorded_at.max(self.progress_at));
        let online = self.shown == ConnectionState::Online;
        let first_sync = match replica.stage() {
            Some(stage) => Some((stage.done, Some(stage.total))),
            None => self.streaming.map(|_| (0, None)),
        };
        SyncStatus {
            connection: self.shown.clone(),
            since: self.since,
            device: replica.identity().map(|identity| identity.device.clone()),
            registered: replica.identity().is_some(),
            role: NodeRole::Client,
            master: self.master.clone(),
            pending,
            oldest_pending_at: oldest.map(|row| row.recorded_at),
            stalled: online && waiting.is_some_and(|since| now.since(since) > STALLED),
            in_flight: in_flight as u64,
            attention: replica.attention_len(),
            conflicts: 0,
            tasks: 0,
            last_synced_at: self.last_synced_at,
            first_sync: first_sync.map(|(done, total)| FirstSync { done, total }),
            clock_skew_ms: self.skew,
            last_error: self.last_error.clone(),
            storage: StorageHealth::default(),
        }
    }
}
