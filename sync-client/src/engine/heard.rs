//! What each frame of the master is about, and what its errors ask for.

use sync_core::{Class, Frame, Millis, Ping, Pong, RoleChange, WireError};

use super::link::{Link, Reaction};
use super::{Effect, Engine, skew};
use crate::replica::Replica;
use crate::storage::{Batch, Identity, OutboxPart};

impl Engine {
    pub(super) fn frame(&mut self, frame: Frame, replica: &Replica, now: Millis) {
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
                self.start_anew(replica);
            }
            Frame::Drain(_) => self.drained = true,
            Frame::RoleChange(change) => self.role_changed(change, replica),
            Frame::Error(error) => self.error(&error, replica, now),
            // Presence, reservations and fetched records are other people's business here.
            _ => {}
        }
    }

    /// A device is called or may do something else: where it is this one, that is kept.
    fn role_changed(&mut self, change: RoleChange, replica: &Replica) {
        let own = replica.identity();
        let own = own.filter(|own| own.device.id == change.device.id);
        if let Some(own) = own.filter(|own| own.device != change.device) {
            let identity = Identity {
                device: change.device.clone(),
                ..own.clone()
            };
            self.commit(Batch {
                outbox: Some(OutboxPart {
                    identity: Some(identity),
                    ..OutboxPart::default()
                }),
                records: None,
            });
        }
        self.effects.push_back(Effect::Tell(change));
    }

    pub(super) fn error(&mut self, error: &WireError, replica: &Replica, now: Millis) {
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
            Reaction::Snapshot => self.start_anew(replica),
            Reaction::Rehome => {
                let token = replica.identity().map(|identity| identity.token.clone());
                self.drop_connection();
                self.ask_identity(None, token, now);
            }
            Reaction::Pause(reason) => self.pause(reason, &error.message, now),
            Reaction::Move(url) => self.move_to(&url, replica, now),
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
}
