//! How long a client waits for its master before it does something about it.

/// What can be set, in milliseconds; the defaults are the protocol's. Becomes a [`Timing`] where it
/// makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// The longest that opening a connection may take, and again the master's `welcome`. A socket is
    /// given up after ten seconds in any case.
    pub connect: u64,
    /// Between two pings.
    pub heartbeat: u64,
    /// Silence after which a connection is dead.
    pub dead_after: u64,
    /// The longest wait between two attempts: they grow from one second to this, with full jitter.
    pub longest_retry: u64,
}

/// Waits that make sense together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing(Waits);

/// Waits that do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimingError {
    /// Nothing can be waited for in no time.
    #[error("{name} is at least {least} ms")]
    TooShort {
        /// Which.
        name: &'static str,
        /// In milliseconds.
        least: u64,
    },
    /// Every connection would be given up before it could answer.
    #[error("dead_after ({dead_after} ms) is longer than heartbeat ({heartbeat} ms)")]
    DeadBeforePing {
        /// In milliseconds.
        dead_after: u64,
        /// In milliseconds.
        heartbeat: u64,
    },
}

impl Waits {
    const DEFAULT: Self = Self {
        connect: 10_000,
        heartbeat: 4_000,
        dead_after: 10_000,
        longest_retry: 30_000,
    };
}

impl Default for Waits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Default for Timing {
    fn default() -> Self {
        Self(Waits::DEFAULT)
    }
}

impl TryFrom<Waits> for Timing {
    type Error = TimingError;

    fn try_from(waits: Waits) -> Result<Self, TimingError> {
        let shortest = [
            ("connect", waits.connect, 100),
            ("heartbeat", waits.heartbeat, 100),
            ("longest_retry", waits.longest_retry, 1_000),
        ];
        for (name, wait, least) in shortest {
            if wait < least {
                return Err(TimingError::TooShort { name, least });
            }
        }
        if waits.dead_after <= waits.heartbeat {
            return Err(TimingError::DeadBeforePing {
                dead_after: waits.dead_after,
                heartbeat: waits.heartbeat,
            });
        }
        Ok(Self(waits))
    }
}

impl Timing {
    /// What was set.
    pub fn waits(&self) -> Waits {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_that_contradict_each_other_are_refused_by_name() {
        let waits = Waits::default();
        assert_eq!(Timing::try_from(waits), Ok(Timing::default()));
        let dead = Waits {
            dead_after: 4_000,
            ..waits
        };
        let expected = TimingError::DeadBeforePing {
            dead_after: 4_000,
            heartbeat: 4_000,
        };
        assert_eq!(Timing::try_from(dead), Err(expected));
        let eager = Waits {
            longest_retry: 10,
            ..waits
        };
        let expected = TimingError::TooShort {
            name: "longest_retry",
            least: 1_000,
        };
        assert_eq!(Timing::try_from(eager), Err(expected));
    }
}
