//! The session with the master, without I/O: what happened and the time go in, effects come out.
//!
//! ```text
//! Idle ─► Waiting ─► Connecting ─► Greeting ─► Live ─┬─ push ─► outcomes
//!            ▲  ▲         │            │        │    ├─ pull ─► changes
//!            │  └─────────┴────────────┴────────┘    ├─ snapshot into the stage ─► live
//!            └── Enrolling ◄── identity closed       └─ check ─► repair
//! ```
//!
//! 1. The replica is what is durable. The engine decides on it alone and changes it only by
//!    `Commit`; after each of those it goes on when `Committed` comes back.
//! 2. A row ends only with its outcome, never by position.
//! 3. While a stage is there, pages go to the stage and the base stands still: what people see is
//!    one consistent state until the stage goes live.
//!
//! After `handle`, call `poll_effect` until it is empty, then `poll_timeout`.

mod backoff;
mod effect;
mod heartbeat;
mod inbox;
mod input;
mod link;
mod outbox;
mod rehome;
mod snapshot;
mod status;
#[cfg(test)]
mod tests;
mod welcome;

use std::collections::VecDeque;

use sync_core::{Class, Enroll, Frame, Hello, Millis, Ping, Pong, ProtocolRange, Seq, WireError};

use backoff::Backoff;
pub(crate) use effect::Effect;
pub(crate) use input::Input;
use link::{Link, Reaction, Stop};
use rehome::Loading;
use snapshot::Streaming;

use crate::error::code_text;
use crate::replica::Replica;
use crate::storage::{Batch, StorageError};
use crate::{Config, ConnectionState, Enrolment, LastError, PauseReason, StorageProblem};

/// How long `welcome` may take.
const GREETING: u64 = 10_000;
/// How long an answer may take before the same is asked again.
const ANSWER: u64 = 20_000;
/// Between two reconciliations.
const RECONCILE: u64 = 30_000;
/// Between two pulls over a polling connection.
const POLL: u64 = 3_000;

/// The state machine of one device's session.
pub(crate) struct Engine {
    config: Config,
    link: Link,
    network: bool,
    effects: VecDeque<Effect>,
    backoff: Backoff,
    /// The clock at the last input, to notice that it was set back.
    last: Millis,
    /// Whether the connection being opened is a polling one.
    polling: bool,
    /// How many mutations the next push may carry.
    window: usize,
    /// The highest seq sent since opening: what is sent at or below it is sent again.
    sent: Seq,
    resent: u64,
    loading: Option<Loading>,
    streaming: Option<Streaming>,
    /// A difference or a foreign cursor: the base has to come anew.
    repair: bool,
    repairs: u32,
    stream_after: Millis,
    prune_at: Millis,
    progress_at: Millis,
    shown: ConnectionState,
    since: Millis,
    last_error: Option<LastError>,
    last_synced_at: Option<Millis>,
    skew: Option<i64>,
    master: Option<String>,
}

impl Engine {
    pub(crate) fn new(config: Config, now: Millis) -> Self {
        let (seed, network) = (config.seed, config.network);
        Self {
            config,
            link: Link::Idle,
            network,
            effects: VecDeque::new(),
            backoff: Backoff::new(seed),
            last: now,
            polling: false,
            window: outbox::MOST,
            sent: Seq(0),
            resent: 0,
            loading: None,
            streaming: None,
            repair: false,
            repairs: 0,
            stream_after: Millis(0),
            prune_at: Millis(0),
            progress_at: now,
            shown: ConnectionState::Connecting {
                attempt: 1,
                next_retry_at: None,
            },
            since: now,
            last_error: None,
            last_synced_at: None,
            skew: None,
            master: None,
        }
    }

    /// Takes in what happened. `replica` is what is durable now.
    pub(crate) fn handle(&mut self, input: Input, replica: &Replica, now: Millis) {
        if now < self.last {
            self.clock_fell(now);
        }
        self.last = now;
        match input {
            Input::Started | Input::Reloaded => self.begin(replica, now),
            Input::Opened { polling } => self.greet(polling, replica, now),
            Input::Closed(error) => self.lost(error.map(|e| ("unreachable", e.to_string())), now),
            Input::Frame(frame) => self.frame(frame, replica, now),
            Input::Undecodable(error) => {
                self.note(&error, now);
                self.lost(None, now);
            }
            Input::Committed | Input::Recorded => {}
            Input::StorageFailed(error) => self.storage_failed(&error, now),
            Input::Rows(rows) => self.rows(rows, replica, now),
            Input::Lines(lines) => self.lines(lines, replica, now),
            Input::StreamEnded(error) => self.stream_ended(error, now),
            Input::Enrolled(enrolled) => self.enrolled(*enrolled, replica, now),
            Input::EnrolFailed(error) => self.enrol_failed(&error, now),
            Input::Retry => self.at_once(true, replica, now),
            Input::Wake => self.at_once(false, replica, now),
            Input::Network(available) => self.network(available, replica, now),
            Input::Timer => {}
        }
        // What waits for a commit would decide on a replica that is about to change.
        if !self.effects.iter().any(|e| matches!(e, Effect::Commit(_))) {
            self.timers(replica, now);
            self.pump(replica, now);
        }
        self.show(now);
    }

    /// The next thing to do.
    pub(crate) fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// When to call with [`Input::Timer`].
    pub(crate) fn poll_timeout(&self) -> Option<Millis> {
        match &self.link {
            Link::Idle | Link::Connecting | Link::Enrolling => None,
            Link::Waiting { until } | Link::Greeting { until } => Some(*until),
            Link::Stopped(Stop::Paused { until, .. } | Stop::Storage { until, .. }) => Some(*until),
            Link::Stopped(Stop::Failed { .. }) => None,
            Link::Live(session) => {
                let push = session.push.as_ref().map(|(_, until)| *until);
                let pull = session.pull.map(|(_, until)| until);
                let waits = [push, pull, session.check];
                let soonest = waits.into_iter().flatten().min();
                let own = session.heartbeat.next().min(session.pull_at);
                let held = (session.push_after > self.last).then_some(session.push_after);
                let stream = (self.stream_after > self.last).then_some(self.stream_after);
                [Some(own), soonest, held, stream]
                    .into_iter()
                    .flatten()
                    .min()
            }
        }
    }

    /// Envelopes sent more than once.
    pub(crate) fn resent(&self) -> u64 {
        self.resent
    }

    fn begin(&mut self, replica: &Replica, now: Millis) {
        self.loading = None;
        self.streaming = None;
        if !self.network {
            self.link = Link::Idle;
        } else if replica.identity().is_some() {
            self.link = Link::Connecting;
            self.effects.push_back(Effect::Connect);
        } else if self.config.enrolment == Enrolment::Wait {
            self.link = Link::Idle;
        } else {
            let code = match &self.config.enrolment {
                Enrolment::Code(code) => Some(code.clone()),
                Enrolment::Open | Enrolment::Wait => None,
            };
            self.ask_identity(code, None, now);
        }
    }

    fn ask_identity(&mut self, code: Option<String>, token: Option<String>, _now: Millis) {
        self.link = Link::Enrolling;
        self.effects.push_back(Effect::Enroll(Enroll {
            code,
            token,
            name: self.config.device_name.clone(),
            kind: self.config.device_kind,
        }));
    }

    fn greet(&mut self, polling: bool, replica: &Replica, now: Millis) {
        let Some(identity) = replica.identity() else {
            self.drop_connection();
            return self.begin(replica, now);
        };
        let state = replica.state();
        let hello = Hello {
            protocol: ProtocolRange::OWN,
            store: identity.store,
            device: identity.device.id,
            token: identity.token.clone(),
            cursor: state.map(|state| state.cursor),
            digest: state.map(|state| state.digest),
            your_seq: replica.your_seq(),
            schema: replica.domain().schema().fingerprint(),
            next_seq: replica.meta().next_seq,
            app: self.config.app.clone(),
            pending: replica.pending(),
        };
        self.link = Link::Greeting {
            until: now.plus(GREETING),
        };
        self.polling = polling;
        self.send(Frame::Hello(hello));
    }

    fn frame(&mut self, frame: Frame, replica: &Replica, now: Millis) {
        if let Link::Live(session) = &mut self.link {
            session.heartbeat.heard(now);
        }
        match frame {
            Frame::Welcome(welcome) => self.welcome(&welcome, replica, now),
            Frame::Outcomes(outcomes) => self.outcomes(outcomes, replica, now),
            Frame::Changes(changes) => self.changes(changes, replica, now),
            Frame::Checked(checked) => self.checked(&checked, replica, now),
            Frame::Ping(Ping { nonce }) => self.send(Frame::Pong(Pong {
                nonce,
                log_id: None,
                term: sync_core::Term(0),
                time: None,
            })),
            Frame::Pong(pong) => {
                if let Some(time) = pong.time {
                    self.skew = Some(skew(time.millis(), now));
                }
            }
            Frame::SnapshotRequired(required) => {
                self.note_text("snapshot_required", Class::Retry, required.reason, now);
                self.repair = true;
            }
            Frame::Drain(_) => {
                if let Link::Live(session) = &mut self.link {
                    session.draining = true;
                }
            }
            Frame::Error(error) => self.error(&error, replica, now),
            // Presence, reservations and fetched records are other people's business here.
            _ => {}
        }
    }

    fn error(&mut self, error: &WireError, replica: &Replica, now: Millis) {
        self.note(error, now);
        let pushing = match &self.link {
            Link::Live(session) => session.push.is_some(),
            _ => false,
        };
        match Reaction::to(error, self.is_live(), pushing) {
            Reaction::Note => {}
            Reaction::HoldPush(millis) => self.hold_push(millis, now),
            Reaction::Split => self.split(error, replica, now),
            Reaction::From(seq) => self.send_from(seq, replica, now),
            Reaction::Snapshot => self.repair = true,
            Reaction::Rehome => {
                let token = replica.identity().map(|identity| identity.token.clone());
                self.drop_connection();
                self.ask_identity(None, token, now);
            }
            Reaction::Pause(reason) => self.pause(reason, &error.message, now),
            Reaction::Leave(millis) => {
                self.drop_connection();
                self.link = Link::Waiting {
                    until: now.plus(millis),
                };
            }
        }
        // Before the welcome nothing else can follow an error.
        if matches!(self.link, Link::Greeting { .. }) {
            self.lost(None, now);
        }
    }

    fn pause(&mut self, reason: PauseReason, message: &str, now: Millis) {
        self.drop_connection();
        self.link = Link::Stopped(Stop::Paused {
            reason,
            message: message.to_owned(),
            until: now.plus(2 * RECONCILE),
        });
    }

    fn storage_failed(&mut self, error: &StorageError, now: Millis) {
        self.note_text(&error.code(), error.class(), error.to_string(), now);
        self.drop_connection();
        self.effects.clear();
        self.effects.push_back(Effect::Disconnect);
        self.effects.push_back(Effect::StopStream);
        self.loading = None;
        self.link = Link::Stopped(match error {
            StorageError::Unreadable(message) => Stop::Failed {
                message: message.clone(),
            },
            StorageError::Full(_) => Stop::Storage {
                problem: StorageProblem::Full,
                until: now.plus(ANSWER),
            },
            _ => Stop::Storage {
                problem: StorageProblem::Lost,
                until: now.plus(5_000),
            },
        });
    }

    /// Leaves a dead connection and waits for the next attempt.
    fn lost(&mut self, error: Option<(&str, String)>, now: Millis) {
        if let Some((code, message)) = error {
            self.note_text(code, Class::Retry, message, now);
        }
        if matches!(
            self.link,
            Link::Stopped(_) | Link::Idle | Link::Enrolling | Link::Waiting { .. }
        ) {
            return;
        }
        if let Link::Live(session) = &self.link {
            // A frame that kills the connection each time it is sent must not be sent for ever.
            if session.push.is_some() {
                self.window = (self.window / 2).max(1);
            }
        }
        self.drop_connection();
        self.link = Link::Waiting {
            until: now.plus(self.backoff.next_wait()),
        };
    }

    fn drop_connection(&mut self) {
        self.streaming = None;
        self.loading = None;
        self.effects.push_back(Effect::Disconnect);
        self.effects.push_back(Effect::StopStream);
    }

    fn at_once(&mut self, by_person: bool, replica: &Replica, now: Millis) {
        match &mut self.link {
            Link::Live(session) => {
                let nonce = session.heartbeat.probe(now);
                session.push_after = now;
                session.pull_at = now;
                self.send(Frame::Ping(Ping { nonce }));
            }
            Link::Waiting { .. } => {
                self.backoff.reset();
                self.begin(replica, now);
            }
            Link::Stopped(Stop::Paused { .. } | Stop::Failed { .. }) if by_person => {
                self.begin(replica, now);
            }
            Link::Stopped(Stop::Storage { .. }) => self.effects.push_back(Effect::Reload),
            Link::Stopped(_)
            | Link::Idle
            | Link::Enrolling
            | Link::Connecting
            | Link::Greeting { .. } => {}
        }
    }

    fn network(&mut self, available: bool, replica: &Replica, now: Millis) {
        if self.network == available {
            return;
        }
        self.network = available;
        self.backoff.reset();
        if available {
            self.begin(replica, now);
        } else {
            self.drop_connection();
            self.link = Link::Idle;
        }
    }

    fn timers(&mut self, replica: &Replica, now: Millis) {
        match &mut self.link {
            Link::Waiting { until } if *until <= now => self.begin(replica, now),
            Link::Stopped(Stop::Paused { until, .. }) if *until <= now => self.begin(replica, now),
            Link::Stopped(Stop::Storage { until, .. }) if *until <= now => {
                *until = now.plus(ANSWER);
                self.effects.push_back(Effect::Reload);
            }
            Link::Greeting { until } if *until <= now => {
                self.lost(Some(("timed_out", "no welcome in time".to_owned())), now);
            }
            Link::Live(session) => {
                if session.heartbeat.is_dead(now) {
                    let message = "the master fell silent".to_owned();
                    return self.lost(Some(("timed_out", message)), now);
                }
                let ping = session.heartbeat.due(now);
                // No answer in time means unknown: the same goes again.
                session.push.take_if(|(_, until)| *until <= now);
                session.pull.take_if(|(_, until)| *until <= now);
                session.check.take_if(|until| *until <= now);
                if let Some(nonce) = ping {
                    self.send(Frame::Ping(Ping { nonce }));
                }
            }
            _ => {}
        }
    }

    /// A clock that was set back would leave every deadline far ahead.
    fn clock_fell(&mut self, now: Millis) {
        self.since = self.since.min(now);
        (self.stream_after, self.prune_at) = (Millis(0), Millis(0));
        match &mut self.link {
            Link::Waiting { until } | Link::Greeting { until } => *until = (*until).min(now),
            Link::Live(_) => self.lost(None, now),
            _ => {}
        }
    }

    fn send(&mut self, frame: Frame) {
        self.effects.push_back(Effect::Send(frame));
    }

    fn commit(&mut self, batch: Batch) {
        self.effects.push_back(Effect::Commit(batch));
    }

    fn note(&mut self, error: &WireError, now: Millis) {
        self.note_text(&code_text(error), error.class, error.message.clone(), now);
    }

    fn note_text(&mut self, code: &str, class: Class, message: String, now: Millis) {
        self.last_error = Some(LastError {
            at: now,
            code: code.to_owned(),
            class,
            message,
        });
    }
}

/// How far this device's clock is ahead of the master's.
fn skew(theirs: Millis, now: Millis) -> i64 {
    now.0 as i64 - theirs.0 as i64
}
