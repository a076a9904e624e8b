use sync_core::Millis;

use crate::Waits;

/// Watches whether the other side is still there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heartbeat {
    waits: Waits,
    heard_at: Millis,
    ping_at: Millis,
    nonce: u64,
    /// Pings since something was heard.
    unanswered: u32,
}

impl Heartbeat {
    pub(crate) fn new(waits: Waits, now: Millis) -> Self {
        Self {
            waits,
            heard_at: now,
            ping_at: now.plus(waits.heartbeat),
            nonce: 0,
            unanswered: 0,
        }
    }

    /// Anything that arrives is a sign of life.
    pub(crate) fn heard(&mut self, now: Millis) {
        self.heard_at = now;
        self.unanswered = 0;
    }

    /// The nonce of a ping to send now, where one is due.
    pub(crate) fn due(&mut self, now: Millis) -> Option<u64> {
        if now < self.ping_at {
            return None;
        }
        Some(self.probe(now))
    }

    /// The nonce of a ping to send now, due or not.
    pub(crate) fn probe(&mut self, now: Millis) -> u64 {
        self.ping_at = now.plus(self.waits.heartbeat);
        self.unanswered += 1;
        self.nonce += 1;
        self.nonce
    }

    /// Whether the connection has to be given up.
    pub(crate) fn is_dead(&self, now: Millis) -> bool {
        now.since(self.heard_at) >= self.waits.dead_after
    }

    /// Whether two pings were missed: what people may see.
    pub(crate) fn is_doubtful(&self) -> bool {
        self.unanswered >= 2
    }

    pub(crate) fn next(&self) -> Millis {
        self.ping_at.min(self.heard_at.plus(self.waits.dead_after))
    }
}
