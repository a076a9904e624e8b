//! What the master's first words mean for what this device has.

use std::cmp::Ordering;

use sync_core::{Class, Frame, Millis, Seq, Welcome};

use super::heartbeat::Heartbeat;
use super::link::{Link, Session, Stop};
use super::report::Told;
use super::{Engine, RECONCILE, skew};
use crate::replica::Replica;
use crate::storage::{Batch, Identity, OutboxMeta, OutboxPart};

/// Doublings of the time between two tries of a socket.
const LEAST_OFTEN: u32 = 6;

impl Engine {
    pub(super) fn welcome(&mut self, welcome: &Welcome, replica: &Replica, now: Millis) {
        if !matches!(self.link, Link::Greeting { .. }) {
            return;
        }
        let Some(identity) = replica.identity() else {
            return;
        };
        self.skew = Some(skew(welcome.time.millis(), now));
        self.master = Some(welcome.master.url.clone());
        if let Some(held) = replica.state().map(|state| state.cursor) {
            let (ours, theirs) = (held.log_id, welcome.log_id);
            match theirs.generation.cmp(&ours.generation) {
                Ordering::Less => {
                    let message = "this node serves an older log than this device has seen";
                    self.note_text("old_log", Class::Wait, message.to_owned(), now);
                    self.drop_connection();
                    let until = now.plus(RECONCILE);
                    self.link = Link::Waiting { until };
                    return;
                }
                Ordering::Equal if theirs.uuid != ours.uuid => {
                    let message = "two logs of one generation: a manager has to choose".to_owned();
                    self.note_text("two_logs", Class::Fatal, message.clone(), now);
                    self.drop_connection();
                    self.link = Link::Stopped(Stop::Failed { message });
                    return;
                }
                Ordering::Equal if held.position > welcome.head => {
                    return self.restore_needed(now);
                }
                Ordering::Equal | Ordering::Greater => {}
            }
        }
        let own = replica.row(welcome.high_water);
        if let (Some(row), Some(decided)) = (own, welcome.high_water_hash)
            && decided != row.envelope.hash
        {
            // Told by an outcome it would come after the changes, whose `your_seq` hides the row.
            return self.not_this_database(replica, now);
        }
        self.backoff.reset();
        self.drained = false;
        self.found_master();
        if !self.polling {
            self.mute = 0;
        }
        // A socket that opens and lets nothing through costs a while each time it is tried.
        let socket_at = now.plus(RECONCILE << self.mute.min(LEAST_OFTEN));
        self.streaming = None;
        self.link = Link::Live(Box::new(Session {
            log_id: welcome.log_id,
            head: welcome.head,
            polling: self.polling,
            heartbeat: Heartbeat::new(self.config.timing.waits(), now),
            push: None,
            push_after: now,
            pull: None,
            // The master sends live changes once a pull has reached the head.
            pull_at: now,
            check_at: now.plus(super::SETTLED),
            check: None,
            socket_at,
            told: Told::default(),
        }));
        self.progress_at = now;
        self.find_lost(welcome.high_water, replica);
        let meta = OutboxMeta {
            hlc: replica.meta().hlc.observe(welcome.time),
            archived: welcome.archived,
            ..replica.meta()
        };
        let changed = (identity.device != welcome.device).then(|| Identity {
            device: welcome.device.clone(),
            ..identity.clone()
        });
        if meta != replica.meta() || changed.is_some() {
            self.commit(Batch {
                outbox: Some(OutboxPart {
                    identity: changed,
                    meta: Some(meta),
                    ..OutboxPart::default()
                }),
                records: None,
            });
        }
    }

    /// A master restored from a backup lacks what it had decided since: this device's own high-water
    /// mark there tells from where it has to be sent again.
    fn find_lost(&mut self, high_water: Seq, replica: &Replica) {
        let after = high_water.next();
        let recorded = replica.meta().next_seq.0.saturating_sub(after.0);
        let waiting = replica.pending_from(after).count() as u64;
        if waiting < recorded {
            self.reopen_from(after, replica);
        }
    }

    pub(super) fn restore_needed(&mut self, now: Millis) {
        let message = "the master lost data it had acknowledged: it has to be restored".to_owned();
        self.note_text("restore_needed", Class::Fatal, message, now);
        self.drop_connection();
        let until = now.plus(RECONCILE);
        self.link = Link::Waiting { until };
    }

    pub(super) fn is_live(&self) -> bool {
        matches!(self.link, Link::Live(_))
    }

    /// Everything that is due on a live connection.
    pub(super) fn pump(&mut self, replica: &Replica, now: Millis) {
        if self.loading.is_some() || !self.is_live() {
            return;
        }
        if self.promote(replica, now) || self.mend(replica, now) {
            return;
        }
        self.start_stream(replica, now);
        self.start_mending(replica, now);
        self.pull(replica, now);
        self.push(replica, now);
        self.check(replica, now);
    }

    fn check(&mut self, replica: &Replica, now: Millis) {
        let cursor = match replica.state() {
            Some(state) if replica.stage().is_none() => state.cursor,
            _ => return,
        };
        let Link::Live(session) = &mut self.link else {
            return;
        };
        let level = cursor.log_id == session.log_id && cursor.position == session.head;
        if !level || session.pull.is_some() {
            return;
        }
        let sent = session.push.is_none() && replica.pending() == 0;
        if sent {
            self.last_synced_at = Some(now);
        }
        let waits = session.check.is_some() || self.repair || self.mending.is_under_way();
        if !sent || waits || now < session.check_at {
            return;
        }
        session.check = Some(now.plus(super::ANSWER));
        session.check_at = now.plus(RECONCILE);
        let (_, sums) = replica.checksums();
        self.send(Frame::Check(sync_core::Check { cursor, sums }));
    }
}
