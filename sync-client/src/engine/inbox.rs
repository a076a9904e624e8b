//! What changed on the master: pages pulled and pages that come by themselves.

use sync_core::{Changes, Checked, Class, Cursor, Frame, Millis, Pull};

use super::link::Link;
use super::{ANSWER, Effect, Engine, POLL, RECONCILE};
use crate::replica::Replica;
use crate::storage::{Batch, RecordsPart, RecordsState, StageState, StageWrite};

/// Positions in one page.
const PAGE: u32 = 500;

impl Engine {
    /// Asks for what comes next, unless that is on its way.
    pub(super) fn pull(&mut self, replica: &Replica, now: Millis) {
        let Some(cursor) = self.position(replica) else {
            return;
        };
        let Link::Live(session) = &mut self.link else {
            return;
        };
        let behind = cursor.position < session.head || now >= session.pull_at;
        if session.pull.is_some() || !behind {
            return;
        }
        session.pull = Some((cursor.position, now.plus(ANSWER)));
        session.pull_at = now.plus(if session.polling { POLL } else { RECONCILE });
        self.send(Frame::Pull(Pull {
            cursor,
            limit: PAGE,
        }));
    }

    pub(super) fn changes(&mut self, changes: Changes, replica: &Replica, now: Millis) {
        let Link::Live(session) = &mut self.link else {
            return;
        };
        let span = changes.span;
        if span.log_id != session.log_id {
            return;
        }
        session.head = session.head.max(span.head).max(span.to);
        if session.pull.is_some_and(|(from, _)| from == span.from) {
            session.pull = None;
        }
        let (Some(cursor), Some(device)) = (self.position(replica), replica.device()) else {
            return;
        };
        // Pages that do not fit are fetched again from where this device stands.
        if span.from != cursor.position || span.to <= span.from {
            return;
        }
        let state = RecordsState {
            cursor: Cursor {
                log_id: span.log_id,
                position: span.to,
            },
            digest: span.digest,
            device,
            your_seq: span.your_seq,
            scope_from: span.scope_from,
        };
        let mut part = RecordsPart {
            from: replica.state().map(|state| state.cursor),
            ..RecordsPart::default()
        };
        match replica.stage() {
            Some(stage) => {
                let mut rows = changes.items;
                rows.retain(|row| replica.staged_version(row) <= Some(row.record.version));
                let state = StageState {
                    state,
                    ..stage.clone()
                };
                part.stage = Some(StageWrite::Write { rows, state });
            }
            None => {
                let moved = replica
                    .state()
                    .is_none_or(|s| s.scope_from < span.scope_from);
                if moved {
                    part.remove = replica.base().before(span.scope_from);
                }
                part.changes = changes.items;
                part.state = Some(state);
            }
        }
        self.progress_at = now;
        self.effects.push_back(Effect::Observe(span.time));
        self.commit(Batch {
            outbox: None,
            records: Some(part),
        });
    }

    pub(super) fn checked(&mut self, checked: &Checked, replica: &Replica, now: Millis) {
        let Link::Live(session) = &mut self.link else {
            return;
        };
        session.check = None;
        let here = replica.state().map(|state| state.cursor.position);
        if checked.position.is_none() || checked.position != here {
            return;
        }
        if checked.differs.is_empty() {
            self.repairs = 0;
            return;
        }
        let names: Vec<_> = checked.differs.iter().map(|(name, _)| &**name).collect();
        let message = format!("records differ from the master's in {}", names.join(", "));
        self.note_text("checksum", Class::Retry, message, now);
        // A repair that does not help must not run for ever without a pause.
        self.stream_after = now.plus(RECONCILE * u64::from(self.repairs.min(20)));
        self.repairs += 1;
        self.repair = true;
    }

    /// How far this device is in the log it is connected to: its stage where there is one.
    pub(super) fn position(&self, replica: &Replica) -> Option<Cursor> {
        let Link::Live(session) = &self.link else {
            return None;
        };
        let cursor = match replica.stage() {
            Some(stage) => stage.state.cursor,
            None if self.repair => return None,
            None => replica.state()?.cursor,
        };
        (cursor.log_id == session.log_id).then_some(cursor)
    }
}
