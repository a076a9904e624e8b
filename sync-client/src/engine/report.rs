//! What this device tells of itself without being asked: how far it is, and how long its queue.

use sync_core::{Ack, Cursor, Frame, Millis, QueueStatus, Seq};

use super::Engine;
use super::link::Link;
use crate::replica::Replica;

/// What the master was told on this connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    cursor: Option<Cursor>,
    queue: Option<(u64, u64, Option<Millis>)>,
}

impl Engine {
    /// Tells what changed since it was last told.
    pub(super) fn report(&mut self, replica: &Replica, now: Millis) {
        let Link::Live(session) = &mut self.link else {
            return;
        };
        let oldest = replica.pending_from(Seq(0)).next();
        let oldest = oldest.map(|row| row.recorded_at);
        let (pending, attention) = (replica.pending(), replica.attention_len());
        let told = Told {
            cursor: replica.state().map(|state| state.cursor),
            queue: Some((pending, attention, oldest)),
        };
        let before = std::mem::replace(&mut session.told, told);
        if let Some(cursor) = told.cursor.filter(|_| told.cursor != before.cursor) {
            self.send(Frame::Ack(Ack { cursor }));
        }
        if told.queue != before.queue {
            self.send(Frame::QueueStatus(QueueStatus {
                pending,
                attention,
                oldest_ms: oldest.map(|at| now.since(at)),
            }));
        }
    }
}
