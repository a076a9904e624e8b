//! What changed on the master: pages pulled and pages that come by themselves.

use sync_core::{Change, Changes, Checked, Cursor, Frame, Millis, Pull, Span};

use super::link::Link;
use super::{ANSWER, Effect, Engine, POLL, RECONCILE};
use crate::replica::Replica;
use crate::storage::{Batch, RecordsPart, RecordsState, StageState, StageWrite, StoredChange};

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
        let Some(device) = replica.device() else {
            return;
        };
        let at_end = RecordsState {
            cursor: Cursor {
                log_id: span.log_id,
                position: span.to,
            },
            digest: span.digest,
            device,
            your_seq: span.your_seq,
            scope_from: span.scope_from,
        };
        let stage = to_stage(&span, &changes.items, at_end, replica);
        let base = to_base(&span, changes.items, at_end, replica);
        // A page that fits nowhere is fetched again from where this device stands.
        if base.is_none() && stage.is_none() {
            return;
        }
        if let Some(part) = &base {
            self.mend_rows(&part.changes, replica);
        }
        let part = RecordsPart {
            from: replica.state().map(|state| state.cursor),
            stage,
            ..base.unwrap_or_default()
        };
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
        self.differs(&checked.differs, now);
    }

    /// From where to pull: the stage where there is one, or else the base.
    fn position(&self, replica: &Replica) -> Option<Cursor> {
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

    /// The cursor that was pulled from no longer holds: everything has to come anew.
    pub(super) fn start_anew(&mut self, replica: &Replica) {
        self.repair = true;
        if let Link::Live(session) = &mut self.link {
            session.pull = None;
        }
        if replica.stage().is_none() {
            return;
        }
        self.streaming = None;
        self.effects.push_back(Effect::StopStream);
        self.commit(Batch {
            outbox: None,
            records: Some(RecordsPart {
                from: replica.state().map(|state| state.cursor),
                stage: Some(StageWrite::Clear),
                ..RecordsPart::default()
            }),
        });
    }
}

/// A page as the base takes it, where it goes on from there.
fn to_base(
    span: &Span,
    mut items: Vec<Change>,
    at_end: RecordsState,
    replica: &Replica,
) -> Option<RecordsPart> {
    let held = replica.state()?;
    if !goes_on(span, held.cursor) {
        return None;
    }
    items.retain(|change| change.record.version > held.cursor.position);
    let remove = match held.scope_from < at_end.scope_from {
        true => replica.base().before(at_end.scope_from),
        false => Vec::new(),
    };
    Some(RecordsPart {
        changes: items,
        remove,
        state: Some(at_end),
        ..RecordsPart::default()
    })
}

/// A page as the stage takes it: rows of the snapshot may be newer.
fn to_stage(
    span: &Span,
    items: &[Change],
    at_end: RecordsState,
    replica: &Replica,
) -> Option<StageWrite> {
    let stage = replica.stage()?;
    if !goes_on(span, stage.state.cursor) {
        return None;
    }
    let rows = items.iter();
    let rows = rows.filter(|Change { collection, record }| {
        replica.staged_version(collection, record.id) <= Some(record.version)
    });
    Some(StageWrite::Write {
        rows: rows.map(StoredChange::from).collect(),
        state: StageState {
            state: at_end,
            ..stage.clone()
        },
    })
}

/// Whether a page leads on from a cursor: it may begin before, but not after it.
fn goes_on(span: &Span, cursor: Cursor) -> bool {
    cursor.log_id == span.log_id && span.from <= cursor.position && cursor.position < span.to
}
