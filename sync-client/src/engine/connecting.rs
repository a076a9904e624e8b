//! The way to a welcomed connection, and what leads away from one.

use sync_core::{Class, Enroll, Frame, Hello, Millis, Ping, ProtocolRange};

use super::link::{Link, Stop};
use super::{ANSWER, Effect, Engine, RECONCILE};
use crate::replica::Replica;
use crate::storage::StorageError;
use crate::{Enrolment, PauseReason, StorageProblem};

/// After so many sockets that let nothing through, requests are tried.
const MUTE: u32 = 2;

impl Engine {
    pub(super) fn begin(&mut self, replica: &Replica, now: Millis) {
        self.loading = None;
        self.streaming = None;
        self.mending.drop_part();
        if !self.network {
            self.link = Link::Idle;
        } else if replica.identity().is_some() {
            self.link = Link::Connecting {
                until: self.connected_by(now),
            };
            let by_requests = self.mute >= MUTE;
            self.effects.push_back(Effect::Connect { by_requests });
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

    fn connected_by(&self, now: Millis) -> Millis {
        now.plus(self.config.timing.waits().connect)
    }

    pub(super) fn ask_identity(
        &mut self,
        code: Option<String>,
        token: Option<String>,
        _now: Millis,
    ) {
        self.link = Link::Enrolling;
        self.effects.push_back(Effect::Enroll(Enroll {
            code,
            token,
            name: self.config.device_name.clone(),
            kind: self.config.device_kind,
        }));
    }

    pub(super) fn greet(&mut self, polling: bool, replica: &Replica, now: Millis) {
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
            until: self.connected_by(now),
        };
        self.polling = polling;
        self.send(Frame::Hello(hello));
    }

    pub(super) fn pause(&mut self, reason: PauseReason, message: &str, now: Millis) {
        self.drop_connection();
        self.link = Link::Stopped(Stop::Paused {
            reason,
            message: message.to_owned(),
            until: now.plus(2 * RECONCILE),
        });
    }

    pub(super) fn storage_failed(&mut self, error: &StorageError, now: Millis) {
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
            StorageError::Refused(_) => Stop::Storage {
                problem: StorageProblem::MemoryOnly,
                until: now.plus(ANSWER),
            },
            _ => Stop::Storage {
                problem: StorageProblem::Lost,
                until: now.plus(5_000),
            },
        });
    }

    /// Remembers a socket that ended before anything came through it.
    pub(super) fn count_mute(&mut self) {
        let greeting = matches!(self.link, Link::Greeting { .. });
        self.mute += u32::from(greeting && !self.polling);
    }

    /// Leaves a dead connection and waits for the next attempt.
    pub(super) fn lost(&mut self, error: Option<(&str, String)>, now: Millis) {
        if let Some((code, message)) = error {
            self.note_text(code, Class::Retry, message, now);
        }
        if matches!(
            self.link,
            Link::Stopped(_) | Link::Idle | Link::Enrolling | Link::Waiting { .. }
        ) {
            return;
        }
        match &self.link {
            // A frame that kills the connection each time it is sent must not be sent for ever.
            Link::Live(session) if session.push.is_some() => self.window = (self.window / 2).max(1),
            Link::Live(_) => {}
            _ => self.try_elsewhere(),
        }
        self.drop_connection();
        self.link = Link::Waiting {
            until: now.plus(self.backoff.next_wait()),
        };
    }

    pub(super) fn drop_connection(&mut self) {
        self.streaming = None;
        self.mending.drop_part();
        self.loading = None;
        self.effects.push_back(Effect::Disconnect);
        self.effects.push_back(Effect::StopStream);
    }

    pub(super) fn at_once(&mut self, by_person: bool, replica: &Replica, now: Millis) {
        match &mut self.link {
            Link::Live(session) => {
                let nonce = session.heartbeat.probe(now);
                session.push_after = now;
                session.pull_at = now;
                session.socket_at = now;
                self.mute = 0;
                self.send(Frame::Ping(Ping { nonce }));
            }
            Link::Waiting { .. } => {
                self.mute = 0;
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
            | Link::Connecting { .. }
            | Link::Greeting { .. } => {}
        }
    }

    pub(super) fn network(&mut self, available: bool, replica: &Replica, now: Millis) {
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

    /// A clock that was set back would leave every deadline far ahead.
    pub(super) fn clock_fell(&mut self, now: Millis) {
        self.since = self.since.min(now);
        (self.stream_after, self.prune_at) = (Millis(0), Millis(0));
        match &mut self.link {
            Link::Waiting { until } | Link::Connecting { until } | Link::Greeting { until } => {
                *until = (*until).min(now);
            }
            Link::Live(_) => self.lost(None, now),
            _ => {}
        }
    }
}
