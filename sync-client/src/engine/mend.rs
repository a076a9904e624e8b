//! A part of the base that is not the master's: fetched anew, alone, and put right in one batch.
//!
//! ```text
//! checked: these differ ─► one of them is asked for ─► its rows, and what live pages say of them
//!     meanwhile ─► the base has reached the last line ─► what is not equal is written, what is not
//!     there is removed ─► check at once: the next one, or level
//! ```
//!
//! 1. While rows are on their way, the base moves on and people work with it.
//! 2. A part is fetched once per round. Each round that left a difference makes the next one wait
//!    longer, and after [`ROUNDS`] of them, or where most of the store differs, everything comes anew.

use std::fmt::Write as _;

use sync_core::{
    Bucket, Change, CollectionName, LogId, Map, Millis, Position, RecordId, SnapshotEnd,
};

use super::link::Link;
use super::snapshot::Streaming;
use super::{Effect, Engine, Line, RECONCILE};
use crate::replica::Replica;
use crate::storage::{Batch, RecordsPart, StoredChange, StoredRecord};
use crate::transport::{Method, Request};

/// Rounds over all that differs before the whole store is fetched.
const ROUNDS: u32 = 3;
/// Parts that are fetched one by one; of more the whole store is fetched.
const PARTS: usize = 32;

/// A collection, or a day of one.
type Part = (CollectionName, Bucket);

/// What is fetched anew.
#[derive(Default)]
pub(super) struct Mending {
    /// The part under way.
    part: Option<Part>,
    /// Its records as the master has them, by id; tombstones too.
    rows: Map<RecordId, StoredRecord>,
    /// The position of the last line; absent while rows still come.
    end: Option<Position>,
    /// The parts that were put right since all was equal, or since a round began.
    done: Vec<Part>,
    /// Rounds that left a difference.
    rounds: u32,
}

impl Mending {
    pub(super) fn is_under_way(&self) -> bool {
        self.part.is_some()
    }

    /// Forgets what was on its way: the next check finds the difference again.
    pub(super) fn drop_part(&mut self) {
        (self.part, self.end) = (None, None);
        self.rows.clear();
    }

    /// Takes in a row of the stream or of a live page; the newer one stays.
    fn take(&mut self, row: StoredRecord) {
        let held = self.rows.get(&row.id);
        if held.is_none_or(|held| held.version <= row.version) {
            self.rows.insert(row.id, row);
        }
    }
}

impl Engine {
    /// The master compared: these parts are not its own.
    pub(super) fn differs(&mut self, differs: &[Part], now: Millis) {
        let mending = &mut self.mending;
        if differs.is_empty() {
            *mending = Mending::default();
            return;
        }
        let names: Vec<_> = differs.iter().map(|(name, _)| &**name).collect();
        let message = format!("records differ from the master's in {}", names.join(", "));
        let many = differs.len() > PARTS;
        let next = differs.iter().find(|part| !mending.done.contains(part));
        // A repair that does not help must not run for ever without a pause.
        let mut wait = 0;
        if many || next.is_none() || mending.rounds >= ROUNDS {
            // What differs all over is fetched at once, the first time.
            let helpless = mending.rounds + u32::from(!many);
            wait = RECONCILE * u64::from(helpless.min(20));
            mending.rounds += 1;
            mending.done.clear();
        }
        if many || mending.rounds >= ROUNDS {
            self.repair = true;
        } else {
            mending.part = next.or(differs.first()).cloned();
        }
        self.stream_after = now.plus(wait);
        self.note_text("checksum", sync_core::Class::Retry, message, now);
    }

    /// Asks for the part that is to be mended.
    pub(super) fn start_mending(&mut self, replica: &Replica, now: Millis) {
        let (Link::Live(_), Some(identity)) = (&self.link, replica.identity()) else {
            return;
        };
        let Some((name, bucket)) = &self.mending.part else {
            return;
        };
        let waits = self.mending.end.is_some() || now < self.stream_after;
        if waits || self.streaming.is_some() {
            return;
        }
        let mut path = format!("/v1/sync/snapshot?only={name}");
        if *bucket != Bucket(0) {
            let _ = write!(path, "&bucket={}", bucket.0);
        }
        self.streaming = Some(Streaming::Asked);
        self.effects.push_back(Effect::Stream(Request {
            method: Method::Get,
            path,
            token: Some(identity.token.clone()),
            body: None,
        }));
    }

    /// Rows of the part on its way.
    pub(super) fn mend_lines(
        &mut self,
        lines: Vec<Line>,
        log_id: LogId,
        replica: &Replica,
        now: Millis,
    ) {
        for line in lines {
            match line {
                Line::Head(head) if head.start.log_id != log_id => {
                    return self.stream_ended(None, now);
                }
                Line::Head(_) => {}
                Line::Row(row) => {
                    if !self.mend_row(row, replica) {
                        return self.too_wide(now);
                    }
                }
                Line::End(SnapshotEnd { position, .. }) => {
                    self.mending.end = Some(position);
                    self.streaming = None;
                    if let Link::Live(session) = &mut self.link {
                        session.head = session.head.max(position);
                    }
                }
            }
        }
    }

    /// What a page that the base takes says of the part on its way.
    pub(super) fn mend_rows(&mut self, rows: &[Change], replica: &Replica) {
        if self.mending.is_under_way() {
            for row in rows {
                self.mend_row(row.into(), replica);
            }
        }
    }

    /// Takes in a row of the part on its way; says no where it belongs to another one.
    fn mend_row(&mut self, row: StoredChange, replica: &Replica) -> bool {
        let schema = replica.domain().schema();
        let of = |(name, bucket): &Part| {
            *name == row.collection && Bucket::at(schema, name, row.record.at) == *bucket
        };
        let ours = self.mending.part.as_ref().is_some_and(of);
        if ours {
            self.mending.take(row.record);
        }
        ours
    }

    /// An older master knows no parts and sends everything, for each of them: everything is then
    /// asked for as such, once, and no part again before all is equal.
    fn too_wide(&mut self, now: Millis) {
        self.mending.drop_part();
        self.mending.rounds = self.mending.rounds.max(ROUNDS);
        self.repair = true;
        self.streaming = None;
        self.stream_after = now;
        self.effects.push_back(Effect::StopStream);
    }

    /// Puts the part right once all of it is here and the base is as far.
    pub(super) fn mend(&mut self, replica: &Replica, now: Millis) -> bool {
        let Some(end) = self.mending.end else {
            return false;
        };
        let Some(state) = replica.state().filter(|s| s.cursor.position >= end) else {
            return false;
        };
        let rows = std::mem::take(&mut self.mending.rows);
        let Some(part) = self.mending.part.take() else {
            return false;
        };
        let (name, bucket) = &part;
        let held = replica.base().part(name, *bucket);
        let gone = held.filter(|id| !rows.contains_key(id));
        let remove = gone.map(|id| (name.clone(), id)).collect();
        let wrong = rows.values().filter(|row| {
            let held = replica.base().stored(name, row.id);
            held.map_or(!row.deleted, |held| held != *row)
        });
        let changes = wrong.map(|row| Change {
            collection: name.clone(),
            record: row.record(),
        });
        let batch = Batch {
            outbox: None,
            records: Some(RecordsPart {
                mended: true,
                from: Some(state.cursor),
                changes: changes.collect(),
                remove,
                ..RecordsPart::default()
            }),
        };
        self.mending.done.push(part);
        self.mending.end = None;
        if let Link::Live(session) = &mut self.link {
            session.check_at = now;
        }
        self.commit(batch);
        true
    }
}
