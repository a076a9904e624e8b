//! Which node this device talks to.
//!
//! ```text
//! opened with A ── not_master: B ──► B ── welcome ──► B is the master known
//!                                    B ── not_master: A, or a third, fourth … ──► home, and wait
//! nobody there: A and the master known in turn
//! ```

use sync_core::Millis;

use super::link::Link;
use super::{Effect, Engine};
use crate::replica::Replica;

/// So many nodes may send a device on before it is welcomed.
const HOPS: usize = 3;
/// How long to wait where nodes send a device round in circles, in milliseconds.
const CIRCLE: u64 = 5_000;

/// The node in use and how this device came there.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    /// Its base address; absent for the node the client was opened with.
    at: Option<String>,
    /// The node that welcomed this device last.
    known: Option<String>,
    /// Those that sent it on since then.
    left: Vec<Option<String>>,
}

impl Nodes {
    /// Goes where a node points; false where that leads in a circle or too far.
    fn follow(&mut self, url: &str) -> bool {
        let to = Some(url.trim_end_matches('/').to_owned());
        let is_address = url.starts_with("http://") || url.starts_with("https://");
        if !is_address || to == self.at || self.left.contains(&to) || self.left.len() >= HOPS {
            return false;
        }
        self.left.push(std::mem::replace(&mut self.at, to));
        true
    }

    fn welcomed(&mut self) {
        self.left.clear();
        self.known.clone_from(&self.at);
    }

    /// Takes the other of the two nodes there is reason to try; false where there is only one.
    fn turn(&mut self) -> bool {
        self.left.clear();
        let other = match self.at {
            Some(_) => None,
            None => self.known.clone(),
        };
        let moved = other != self.at;
        self.at = other;
        moved
    }
}

impl Engine {
    /// Goes to the node that is said to be the master.
    pub(super) fn move_to(&mut self, url: &str, replica: &Replica, now: Millis) {
        self.drop_connection();
        if self.nodes.follow(url) {
            self.effects.push_back(Effect::Move(self.nodes.at.clone()));
            return self.begin(replica, now);
        }
        self.nodes.known = None;
        self.try_elsewhere();
        let until = now.plus(CIRCLE + self.backoff.next_wait());
        self.link = Link::Waiting { until };
    }

    pub(super) fn found_master(&mut self) {
        self.nodes.welcomed();
    }

    /// Tries the other node next where nobody welcomes this device here.
    pub(super) fn try_elsewhere(&mut self) {
        if self.nodes.turn() {
            self.effects.push_back(Effect::Move(self.nodes.at.clone()));
        }
    }
}
