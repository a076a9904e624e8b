//! A whole copy of the store, streamed into a stage beside the base.

use std::fmt::Write as _;

use sync_core::{Class, Cursor, Millis, SnapshotEnd, SnapshotHead, WireError};

use super::link::Link;
use super::{Engine, Line};
use crate::replica::Replica;
use crate::storage::{Batch, RecordsPart, RecordsState, StageState, StageWrite, StoredChange};
use crate::transport::{Method, Request};

/// Before a broken stream is asked for again, in milliseconds.
const AGAIN: u64 = 2_000;

/// A stream under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Streaming {
    /// Its first line has not come yet.
    Asked,
    /// Its rows belong to the stage.
    Running,
}

impl Engine {
    /// Starts or resumes a stream where the base is not of this log or has to come anew.
    pub(super) fn start_stream(&mut self, replica: &Replica, now: Millis) {
        let (Link::Live(session), Some(identity)) = (&self.link, replica.identity()) else {
            return;
        };
        let fits = |cursor: Cursor| cursor.log_id == session.log_id;
        let stage = replica.stage();
        let stage =
            stage.filter(|stage| fits(stage.start) && stage.state.device == identity.device.id);
        let base_fits = replica.state().is_some_and(|state| fits(state.cursor));
        let wanted = self.repair || !base_fits || replica.stage().is_some();
        if wanted && self.mending.is_under_way() {
            self.mending.drop_part();
            if self.streaming.take().is_some() {
                self.effects.push_back(super::Effect::StopStream);
            }
        }
        let whole = stage.is_some_and(|stage| stage.end.is_some());
        if !wanted || whole || self.streaming.is_some() || now < self.stream_after {
            return;
        }
        let mut path = "/v1/sync/snapshot".to_owned();
        if let Some(stage) = stage {
            let Cursor { log_id, position } = stage.start;
            let (generation, log) = (log_id.generation, log_id.uuid);
            let _ = write!(
                path,
                "?generation={generation}&log={log}&position={position}"
            );
            if let Some((collection, id)) = &stage.after {
                let _ = write!(path, "&after_collection={collection}&after_id={id}");
            }
        }
        self.streaming = Some(Streaming::Asked);
        self.effects.push_back(super::Effect::Stream(Request {
            method: Method::Get,
            path,
            token: Some(identity.token.clone()),
            body: None,
        }));
    }

    pub(super) fn lines(&mut self, lines: Vec<Line>, replica: &Replica, now: Millis) {
        let (Link::Live(session), Some(device)) = (&self.link, replica.device()) else {
            return;
        };
        let log_id = session.log_id;
        if self.streaming.is_none() {
            return;
        }
        if self.mending.is_under_way() {
            return self.mend_lines(lines, log_id, replica, now);
        }
        let mut part = RecordsPart {
            from: replica.state().map(|state| state.cursor),
            ..RecordsPart::default()
        };
        let mut state = replica.stage().cloned();
        let mut rows: Vec<StoredChange> = Vec::new();
        let mut anew = false;
        for line in lines {
            match line {
                Line::Head(head) if head.start.log_id != log_id => {
                    return self.stream_ended(None, now);
                }
                Line::Head(head) => {
                    self.streaming = Some(Streaming::Running);
                    let resumed = state.as_ref().is_some_and(|stage| {
                        stage.start == head.start && stage.state.device == device
                    });
                    if !resumed {
                        state = Some(begin(&head, device));
                        anew = true;
                    }
                }
                Line::Row(row) => {
                    let Some(stage) = &mut state else { continue };
                    stage.after = Some((row.collection.clone(), row.record.id));
                    stage.done += 1;
                    if anew
                        || replica.staged_version(&row.collection, row.record.id)
                            <= Some(row.record.version)
                    {
                        rows.push(row);
                    }
                }
                Line::End(SnapshotEnd { position, .. }) => {
                    if let Some(stage) = &mut state {
                        stage.end = Some(position);
                        self.streaming = None;
                        self.repair = false;
                    }
                }
            }
        }
        let Some(state) = state else { return };
        if let Link::Live(session) = &mut self.link {
            let least = state.end.unwrap_or(state.start.position);
            session.head = session.head.max(least);
        }
        if anew && replica.stage().is_some() {
            let cleared = RecordsPart {
                stage: Some(StageWrite::Clear),
                from: part.from,
                ..RecordsPart::default()
            };
            self.commit(Batch {
                outbox: None,
                records: Some(cleared),
            });
        }
        part.stage = Some(StageWrite::Write { rows, state });
        self.commit(Batch {
            outbox: None,
            records: Some(part),
        });
    }

    pub(super) fn stream_ended(&mut self, error: Option<WireError>, now: Millis) {
        if self.streaming.take().is_none() {
            return;
        }
        match error {
            Some(error) => self.note(&error, now),
            None => {
                let message = "the snapshot was cut off".to_owned();
                self.note_text("cut_off", Class::Retry, message, now);
            }
        }
        self.stream_after = now.plus(AGAIN);
        self.mending.drop_part();
        self.effects.push_back(super::Effect::StopStream);
    }

    /// Lets a stage that has caught up with its last line, and with the base, go live.
    pub(super) fn promote(&mut self, replica: &Replica, now: Millis) -> bool {
        let (Link::Live(session), Some(stage)) = (&mut self.link, replica.stage()) else {
            return false;
        };
        let StageState { start, state, .. } = stage;
        let base = replica.state().map(|state| state.cursor);
        let base = base.filter(|base| base.log_id == start.log_id);
        let reached = stage.end.is_some_and(|end| state.cursor.position >= end)
            && base.is_none_or(|base| state.cursor.position >= base.position);
        if !reached || start.log_id != session.log_id || Some(state.device) != replica.device() {
            return false;
        }
        session.check_at = now.plus(super::SETTLED);
        let part = RecordsPart {
            from: replica.state().map(|state| state.cursor),
            state: Some(*state),
            stage: Some(StageWrite::Promote),
            ..RecordsPart::default()
        };
        self.commit(Batch {
            outbox: None,
            records: Some(part),
        });
        true
    }
}

fn begin(head: &SnapshotHead, device: sync_core::DeviceId) -> StageState {
    StageState {
        start: head.start,
        state: RecordsState {
            cursor: head.start,
            digest: head.digest,
            device,
            your_seq: head.your_seq,
            scope_from: head.scope_from,
        },
        after: None,
        done: 0,
        total: head.total,
        end: None,
    }
}
