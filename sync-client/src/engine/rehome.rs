//! Sending again what was decided once, and going on under another identity.
//!
//! ```text
//! the master was restored, this device's id holds
//!     its mark is below what was decided here ─► those rows lose their outcome and are pushed again
//!     as they are, from the mark on: same number, same hash
//! this device's id was closed (its database was lost, rolled back or copied)
//!     it enrols again by its token ─► rows without an outcome, and those decided in a log that is
//!     no more, are issued again under the new id, naming their first issue. Also those of ids it
//!     had before: the master may be restored to a time when none of them was known
//! ```

use sync_core::{Class, DeviceId, Enrolled, Millis, Seq};

use super::link::Link;
use super::{Effect, Engine};
use crate::ClientError;
use crate::replica::Replica;
use crate::storage::{Batch, Identity, MutationId, OutboxMeta, OutboxPart, OutboxRow, RecordsPart};

/// Rows read at a time.
const ROWS: usize = 500;

/// Retained rows that are being read.
#[derive(Debug)]
pub(super) enum Loading {
    /// To be pushed again as they are.
    Reopen { from: Seq, any: bool },
    /// To be issued again under a new identity.
    Rehome {
        enrolled: Box<Enrolled>,
        rows: Vec<OutboxRow>,
    },
}

impl Engine {
    /// Reads the rows from a seq on, so that those the master lacks are pushed again.
    pub(super) fn reopen_from(&mut self, from: Seq, replica: &Replica) {
        if let Some(device) = replica.device() {
            self.loading = Some(Loading::Reopen { from, any: false });
            self.load(MutationId { device, seq: from });
        }
    }

    pub(super) fn enrolled(&mut self, enrolled: Enrolled, replica: &Replica, _now: Millis) {
        self.drop_connection();
        self.link = Link::Enrolling;
        match replica.device() {
            Some(_) => {
                let (enrolled, rows) = (Box::new(enrolled), Vec::new());
                self.loading = Some(Loading::Rehome { enrolled, rows });
                self.load(MutationId {
                    device: DeviceId::from([0; 16]),
                    seq: Seq(0),
                });
            }
            None => self.adopt(&enrolled, Vec::new(), replica),
        }
    }

    pub(super) fn enrol_failed(&mut self, error: &ClientError, replica: &Replica, now: Millis) {
        if !matches!(self.link, Link::Enrolling) {
            return;
        }
        self.note_text(&error.code(), error.class(), error.to_string(), now);
        if let ClientError::Refused(refused) = error
            && let Some(url) = &refused.master
        {
            return self.move_to(url, replica, now);
        }
        let reason = crate::PauseReason::Auth;
        match error.class() {
            Class::Retry | Class::Wait => {
                self.link = Link::Waiting {
                    until: now.plus(self.backoff.next_wait().max(500)),
                };
            }
            _ => self.pause(reason, &error.to_string(), now),
        }
    }

    pub(super) fn rows(&mut self, mut loaded: Vec<OutboxRow>, replica: &Replica, now: Millis) {
        let last = loaded.last().map(OutboxRow::id);
        let more = last
            .filter(|_| loaded.len() >= ROWS)
            .map(|last| MutationId {
                seq: last.seq.next(),
                ..last
            });
        match self.loading.take() {
            None => {}
            Some(Loading::Reopen { from, any }) => {
                let found = self.reopen(loaded, replica, now);
                if let (Some(more), true) = (more, self.is_live()) {
                    let any = any || found;
                    self.loading = Some(Loading::Reopen { from, any });
                    self.load(more);
                } else if any || found {
                    if let Link::Live(session) = &mut self.link {
                        session.push_after = now;
                    }
                } else if self.is_live() {
                    let next = replica.pending_from(from).next();
                    let next = next.map_or(replica.meta().next_seq, |row| row.envelope.seq);
                    let message = format!(
                        "the master waits for number {from}, which is no longer kept here: it can \
                         be told to skip to number {next}"
                    );
                    self.note_text("hole", Class::Attention, message, now);
                }
            }
            Some(Loading::Rehome { enrolled, mut rows }) => {
                rows.append(&mut loaded);
                if let Some(more) = more {
                    self.loading = Some(Loading::Rehome { enrolled, rows });
                    return self.load(more);
                }
                self.adopt(&enrolled, rows, replica);
            }
        }
    }

    fn load(&mut self, from: MutationId) {
        self.effects
            .push_back(Effect::LoadRows { from, limit: ROWS });
    }

    fn reopen(&mut self, mut loaded: Vec<OutboxRow>, replica: &Replica, now: Millis) -> bool {
        let Link::Live(session) = &self.link else {
            return false;
        };
        let log_id = session.log_id;
        let lost = |row: &OutboxRow| row.outcome.as_ref().map(|stored| stored.log_id);
        // Behind this device's rows lie those of ids it had before, which are closed.
        loaded.retain(|row| Some(row.envelope.device) == replica.device());
        if loaded.iter().any(|row| lost(row) == Some(log_id)) {
            // Decided in this very log, and above its mark: acknowledged data is gone.
            self.restore_needed(now);
            return false;
        }
        let rows: Vec<OutboxRow> = loaded
            .into_iter()
            .filter(|row| row.outcome.is_some() || replica.row(row.envelope.seq).is_none())
            .map(|row| OutboxRow {
                outcome: None,
                ..row
            })
            .collect();
        let dismiss = undecided(&rows);
        let found = !rows.is_empty();
        if found {
            self.commit(Batch {
                outbox: Some(OutboxPart {
                    rows,
                    dismiss,
                    ..OutboxPart::default()
                }),
                records: None,
            });
        }
        found
    }

    fn adopt(&mut self, enrolled: &Enrolled, rows: Vec<OutboxRow>, replica: &Replica) {
        let device = enrolled.device.id;
        let archived = replica.meta().archived;
        let safe = |row: &OutboxRow| {
            Some(row.envelope.device) == replica.device() && row.envelope.seq <= archived
        };
        // A device that goes to another shop takes nothing along.
        let moves = replica
            .identity()
            .is_some_and(|i| i.store != enrolled.store);
        let again = |row: &OutboxRow| match &row.outcome {
            None => true,
            Some(stored) => stored.log_id != enrolled.log_id && !safe(row),
        };
        let mut part = OutboxPart {
            identity: Some(Identity {
                store: enrolled.store,
                store_name: enrolled.store_name.clone(),
                device: enrolled.device.clone(),
                token: enrolled.token.clone(),
            }),
            ..OutboxPart::default()
        };
        let mut next = Seq(1);
        for row in rows.into_iter().filter(|row| moves || again(row)) {
            part.remove.push(row.id());
            // What may only be sent as void stands on the attention list already, and its number
            // is of an id that is closed.
            if row.void.is_some() || moves {
                continue;
            }
            part.dismiss.push(row.id());
            part.rows.push(OutboxRow {
                envelope: row.envelope.reissue(device, next),
                outcome: None,
                ..row
            });
            next = next.next();
        }
        part.meta = Some(OutboxMeta {
            next_seq: next,
            hlc: replica.meta().hlc,
            archived: Seq(0),
        });
        if moves {
            part.dismiss
                .extend(replica.attention().iter().map(|entry| entry.id));
            // Before the identity: a device that stops in between fetches them once more.
            self.commit(Batch {
                outbox: None,
                records: Some(RecordsPart {
                    clear: true,
                    ..RecordsPart::default()
                }),
            });
        }
        self.sent = Seq(0);
        self.backoff.reset();
        self.commit(Batch {
            outbox: Some(part),
            records: None,
        });
        self.link = Link::Waiting { until: self.last };
    }
}

/// Those that are to be decided once more. What stood of them on the attention list is no longer
/// so: whoever issued one of them again would have it twice.
fn undecided(rows: &[OutboxRow]) -> Vec<MutationId> {
    let again = rows.iter().filter(|row| row.void.is_none());
    again.map(OutboxRow::id).collect()
}
