//! The session with the master, without I/O: what happened and the time go in, effects come out.
//!
//! ```text
//! Idle ─► Waiting ─► Connecting ─► Greeting ─► Live ─┬─ push ─► outcomes
//!            ▲  ▲         │            │        │    ├─ pull ─► changes
//!            │  └─────────┴────────────┴────────┘    ├─ snapshot into the stage ─► live
//!            └── Enrolling ◄── identity closed       └─ check ─► mend what differs
//! ```
//!
//! 1. The replica is what is durable. The engine decides on it alone and changes it only by
//!    `Commit`; after each of those it goes on when `Committed` comes back.
//! 2. A row ends only with its outcome, never by position.
//! 3. While a stage is there, pages go to the stage and to the base, each where they fit: people go
//!    on with a base that moves until the stage has overtaken it and goes live.
//!
//! After `handle`, call `poll_effect` until it is empty, then `poll_timeout`.

mod backoff;
mod connecting;
mod effect;
mod heard;
mod heartbeat;
mod inbox;
mod input;
mod line;
mod link;
mod mend;
mod nodes;
mod outbox;
mod rehome;
mod report;
mod snapshot;
mod status;
#[cfg(test)]
mod tests;
mod welcome;

use std::collections::VecDeque;

use sync_core::{Class, Frame, Millis, Ping, Seq, WireError};

use backoff::Backoff;
pub(crate) use effect::Effect;
pub(crate) use input::Input;
pub(crate) use line::Line;
use link::{Link, Stop};
use mend::Mending;
use nodes::Nodes;
use rehome::Loading;
use snapshot::Streaming;

use crate::error::code_text;
use crate::replica::Replica;
use crate::storage::Batch;
use crate::{Config, ConnectionState, LastError};

/// How long an answer may take before the same is asked again.
const ANSWER: u64 = 20_000;
/// Before the first one: what is new here is hashed meanwhile, a little at a time; what is left then,
/// of a large store, at once.
const SETTLED: u64 = 3_000;
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
    nodes: Nodes,
    /// The clock at the last input, to notice that it was set back.
    last: Millis,
    /// Whether the connection being opened is a polling one.
    polling: bool,
    /// The master said that it stops, and none has answered since.
    drained: bool,
    /// Sockets in a row that opened and let no welcome through.
    mute: u32,
    /// How many mutations the next push may carry.
    window: usize,
    /// A mutation that was refused once, without being named.
    suspect: Option<Seq>,
    /// The highest seq sent since opening: what is sent at or below it is sent again.
    sent: Seq,
    resent: u64,
    loading: Option<Loading>,
    streaming: Option<Streaming>,
    /// A foreign cursor, or a difference that nothing less mends: the base has to come anew.
    repair: bool,
    mending: Mending,
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
        let longest = config.timing.waits().longest_retry;
        Self {
            config,
            link: Link::Idle,
            network,
            effects: VecDeque::new(),
            backoff: Backoff::new(seed, longest),
            nodes: Nodes::default(),
            last: now,
            polling: false,
            drained: false,
            mute: 0,
            window: outbox::MOST,
            suspect: None,
            sent: Seq(0),
            resent: 0,
            loading: None,
            streaming: None,
            repair: false,
            mending: Mending::default(),
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
            Input::Closed(error) => {
                self.count_mute();
                self.lost(error.map(|e| ("unreachable", e.to_string())), now);
            }
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
            Input::EnrolFailed(error) => self.enrol_failed(&error, replica, now),
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
            Link::Idle | Link::Enrolling => None,
            Link::Waiting { until } | Link::Connecting { until } | Link::Greeting { until } => {
                Some(*until)
            }
            Link::Stopped(Stop::Paused { until, .. } | Stop::Storage { until, .. }) => Some(*until),
            Link::Stopped(Stop::Failed { .. }) => None,
            Link::Live(session) => {
                let push = session.push.as_ref().map(|(_, until)| *until);
                let pull = session.pull.map(|(_, until)| until);
                let waits = [push, pull, session.check];
                let soonest = waits.into_iter().flatten().min();
                let ping = Some(session.heartbeat.next());
                // What is due and was not done waits for something else, which will wake us.
                let page = (session.pull_at > self.last).then_some(session.pull_at);
                let socket = session.polling.then_some(session.socket_at);
                let held = (session.push_after > self.last).then_some(session.push_after);
                let stream = (self.stream_after > self.last).then_some(self.stream_after);
                let check = (session.check_at > self.last).then_some(session.check_at);
                [ping, page, soonest, socket, held, stream, check]
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

    fn timers(&mut self, replica: &Replica, now: Millis) {
        match &mut self.link {
            Link::Waiting { until } if *until <= now => self.begin(replica, now),
            Link::Stopped(Stop::Paused { until, .. }) if *until <= now => self.begin(replica, now),
            Link::Stopped(Stop::Storage { until, .. }) if *until <= now => {
                *until = now.plus(ANSWER);
                self.effects.push_back(Effect::Reload);
            }
            Link::Connecting { until } | Link::Greeting { until } if *until <= now => {
                self.count_mute();
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
                // Requests are what a network without sockets is crossed by, not what anybody wants.
                if session.polling && session.socket_at <= now {
                    session.socket_at = now.plus(RECONCILE);
                    self.effects.push_back(Effect::Probe);
                }
                if let Some(nonce) = ping {
                    self.send(Frame::Ping(Ping { nonce }));
                    self.report(replica, now);
                }
            }
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
