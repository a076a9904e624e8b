//! The window of mutations on their way, and what their outcomes do.

use sync_core::{
    Frame, MAX_MUTATION_BYTES, Millis, Outcome, Outcomes, Push, Pushed, Refusal, Seq, Verdict,
    Void, WireError,
};

use super::link::Link;
use super::{ANSWER, Engine};
use crate::error::code_text;
use crate::replica::Replica;
use crate::storage::{Attention, Batch, OutboxMeta, OutboxPart, OutboxRow, Prune, StoredOutcome};

/// The most mutations in one push.
pub(super) const MOST: usize = 500;
/// The most bytes of bodies in one push; one mutation always fits.
const MOST_BYTES: usize = MAX_MUTATION_BYTES;
/// Archived payloads stay so long, in milliseconds.
const KEPT: u64 = 14 * 86_400_000;
/// Others at most so long.
const KEPT_AT_MOST: u64 = 90 * 86_400_000;
/// Between two looks for old payloads.
const PRUNE: u64 = 3_600_000;

impl Engine {
    /// Sends the next window, unless one is on its way.
    pub(super) fn push(&mut self, replica: &Replica, now: Millis) {
        let Link::Live(session) = &mut self.link else {
            return;
        };
        if session.push.is_some() || self.drained || now < session.push_after {
            return;
        }
        let (mut mutations, mut bytes) = (Vec::new(), 0);
        for row in replica.pending_from(Seq(0)).take(self.window) {
            bytes += row.envelope.body.get().len();
            if bytes > MOST_BYTES && !mutations.is_empty() {
                break;
            }
            mutations.push(pushed(row));
        }
        if mutations.is_empty() {
            return;
        }
        let seqs: Vec<Seq> = mutations.iter().map(Pushed::seq).collect();
        let again = seqs.iter().filter(|seq| **seq <= self.sent);
        self.resent += again.count() as u64;
        self.sent = seqs.last().copied().unwrap_or_default().max(self.sent);
        session.push = Some((seqs, now.plus(ANSWER)));
        self.send(Frame::Push(Push { mutations }));
    }

    pub(super) fn outcomes(&mut self, outcomes: Outcomes, replica: &Replica, now: Millis) {
        let Link::Live(session) = &mut self.link else {
            return;
        };
        if outcomes.log_id != session.log_id {
            return;
        }
        session.push = None;
        self.suspect = None;
        self.window = (self.window * 2).min(MOST);
        self.progress_at = now;
        let mut part = OutboxPart {
            meta: Some(OutboxMeta {
                hlc: replica.meta().hlc.observe(outcomes.time),
                archived: outcomes.archived,
                ..replica.meta()
            }),
            prune: self.prune(replica, now),
            ..OutboxPart::default()
        };
        for outcome in outcomes.outcomes {
            let Some(row) = row_of(replica, &outcome) else {
                continue;
            };
            if !answers(row, &outcome) {
                return self.not_this_database(replica, now);
            }
            let id = row.id();
            if outcome.verdict == Verdict::Rejected {
                if !replica.attends(id) {
                    part.attend
                        .push(attention(row, outcome.refusal.clone(), now));
                }
            } else if replica.attends(id) {
                part.dismiss.push(id);
            }
            let stored = StoredOutcome {
                log_id: outcomes.log_id,
                arrived_at: now,
                outcome,
            };
            part.outcomes.push((id, Some(stored)));
        }
        self.commit(Batch {
            outbox: Some(part),
            records: None,
        });
    }

    /// Other content was decided under a number of this device: this is not the database that was
    /// here before.
    pub(super) fn not_this_database(&mut self, replica: &Replica, now: Millis) {
        let message = "another mutation was decided under the same number";
        let error = WireError::new(sync_core::Code::IdentityClosed, message);
        self.error(&error, replica, now);
    }

    /// A typed refusal of a whole push: the window shrinks to the mutation at fault, which is then
    /// only ever sent as `void` and goes to the attention list.
    ///
    /// A refusal that names no mutation may be about another frame that was on the way: the last one
    /// left is at fault only when it is refused a second time before any outcome.
    pub(super) fn split(&mut self, error: &WireError, replica: &Replica, now: Millis) {
        let Link::Live(session) = &mut self.link else {
            return;
        };
        let Some((seqs, _)) = session.push.take() else {
            return;
        };
        if seqs.len() > 1 {
            self.window = seqs.len() / 2;
            return;
        }
        let last = seqs.first().copied();
        if last != error.expected_seq && self.suspect != last {
            self.suspect = last;
            return;
        }
        let row = last.and_then(|seq| replica.row(seq));
        let Some(row) = row.filter(|row| row.void.is_none()) else {
            return self.hold_push(super::RECONCILE, now);
        };
        let refusal = Refusal::new(&code_text(error), error.message.clone());
        let entry = attention(row, Some(refusal), now);
        let row = OutboxRow {
            void: Some(error.message.clone()),
            ..row.clone()
        };
        self.commit(Batch {
            outbox: Some(OutboxPart {
                rows: vec![row],
                attend: vec![entry],
                ..OutboxPart::default()
            }),
            records: None,
        });
    }

    /// The answer to a gap: the master wants what comes before.
    pub(super) fn send_from(&mut self, seq: Seq, replica: &Replica, now: Millis) {
        if let Link::Live(session) = &mut self.link {
            session.push = None;
        }
        let first = replica.pending_from(Seq(0)).next();
        if first.is_none_or(|row| row.envelope.seq > seq) {
            self.hold_push(super::RECONCILE, now);
            self.reopen_from(seq, replica);
        }
    }

    pub(super) fn hold_push(&mut self, millis: u64, now: Millis) {
        if let Link::Live(session) = &mut self.link {
            session.push = None;
            session.push_after = now.plus(millis);
        }
    }

    fn prune(&mut self, replica: &Replica, now: Millis) -> Option<Prune> {
        let device = replica.device()?;
        if now < self.prune_at {
            return None;
        }
        self.prune_at = now.plus(PRUNE);
        Some(Prune {
            device,
            archived: replica.meta().archived,
            your_seq: replica.your_seq(),
            archived_before: Millis(now.0.saturating_sub(KEPT)),
            any_before: Millis(now.0.saturating_sub(KEPT_AT_MOST)),
        })
    }
}

fn pushed(row: &OutboxRow) -> Pushed {
    match &row.void {
        None => Pushed::Mutation(row.envelope.clone()),
        Some(reason) => Pushed::Void(Void {
            device: row.envelope.device,
            seq: row.envelope.seq,
            at: row.envelope.at,
            hash: row.envelope.hash,
            reason: reason.clone(),
        }),
    }
}

/// The row an outcome is about, under its own name or the one of its first issue.
fn row_of<'a>(replica: &'a Replica, outcome: &Outcome) -> Option<&'a OutboxRow> {
    if Some(outcome.device) == replica.device() {
        return replica.row(outcome.seq);
    }
    replica.pending_from(Seq(0)).find(|row| {
        let origin = row.envelope.origin;
        origin.is_some_and(|o| (o.device, o.seq) == (outcome.device, outcome.seq))
    })
}

fn answers(row: &OutboxRow, outcome: &Outcome) -> bool {
    let origin = row.envelope.origin.map(|origin| origin.hash);
    outcome.hash == row.envelope.hash || Some(outcome.hash) == origin
}

fn attention(row: &OutboxRow, refusal: Option<Refusal>, now: Millis) -> Attention {
    let unknown = || Refusal::new("rejected", "no reason was given");
    Attention {
        id: row.id(),
        envelope: row.envelope.clone(),
        recorded_at: row.recorded_at,
        since: now,
        refusal: refusal.unwrap_or_else(unknown),
    }
}
