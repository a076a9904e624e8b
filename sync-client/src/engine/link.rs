use sync_core::{LogId, Millis, Position, Seq, WireError};

use super::heartbeat::Heartbeat;
use super::report::Told;
use crate::{PauseReason, StorageProblem};

/// How far the device has come on its way to the master.
#[derive(Debug)]
pub(crate) enum Link {
    /// Nothing to connect to or with: no network, or no identity and nobody to ask for one.
    Idle,
    /// Until the next attempt.
    Waiting { until: Millis },
    /// An identity is asked for.
    Enrolling,
    /// The connection is being opened.
    Connecting { until: Millis },
    /// `hello` was sent.
    Greeting { until: Millis },
    /// `welcome` was received.
    Live(Box<Session>),
    /// Waits for a person, or for the storage.
    Stopped(Stop),
}

/// Why work stands still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    Paused {
        reason: PauseReason,
        message: String,
        until: Millis,
    },
    Storage {
        problem: StorageProblem,
        until: Millis,
    },
    Failed {
        message: String,
    },
}

/// One welcomed connection.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) log_id: LogId,
    /// The highest position heard of.
    pub(crate) head: Position,
    pub(crate) polling: bool,
    pub(crate) heartbeat: Heartbeat,
    /// The seqs sent, and until when their outcomes are waited for.
    pub(crate) push: Option<(Vec<Seq>, Millis)>,
    /// No push before this.
    pub(crate) push_after: Millis,
    /// The position pulled from, and until when the answer is waited for.
    pub(crate) pull: Option<(Position, Millis)>,
    /// When to pull although nothing new was heard of.
    pub(crate) pull_at: Millis,
    /// When to compare checksums.
    pub(crate) check_at: Millis,
    /// Until when the answer to a check is waited for.
    pub(crate) check: Option<Millis>,
    /// Over a polling connection: when to try a socket again.
    pub(crate) socket_at: Millis,
    pub(super) told: Told,
}

/// What an error of the master means for the connection.
#[derive(Debug)]
pub(crate) enum Reaction {
    /// Nothing more than to remember it.
    Note,
    /// Wait so long before pushing again.
    HoldPush(u64),
    /// The push that was sent is at fault.
    Split,
    /// Send again from here.
    From(Seq),
    /// The base has to come anew.
    Snapshot,
    /// The identity is closed: ask for another one.
    Rehome,
    /// Wait for a person.
    Pause(PauseReason),
    /// Leave and go on with the node at this base address.
    Move(String),
    /// Leave and come back later.
    Leave(u64),
}

impl Reaction {
    pub(crate) fn to(error: &WireError, live: bool, pushing: bool) -> Self {
        use sync_core::Code;
        let wait = error.retry_after_ms.unwrap_or(5_000);
        match error.code {
            Code::Unauthenticated | Code::Forbidden => Self::Pause(PauseReason::Auth),
            Code::IdentityClosed => Self::Rehome,
            // A mutation newer than the master waits; everything else goes on.
            Code::NeedsUpgrade if live => Self::HoldPush(30_000),
            Code::NeedsUpgrade => Self::Pause(PauseReason::NeedsUpgrade),
            Code::Malformed | Code::TooLarge if pushing => Self::Split,
            Code::Gap => error.expected_seq.map_or(Self::HoldPush(wait), Self::From),
            Code::ForeignCursor => Self::Snapshot,
            Code::RestoreNeeded => Self::Leave(30_000),
            Code::NotMaster => match &error.master {
                Some(url) => Self::Move(url.clone()),
                None => Self::Leave(wait),
            },
            Code::Draining => Self::Leave(wait),
            Code::RateLimited | Code::StorageFull | Code::StorageFailed | Code::Internal => {
                Self::HoldPush(wait)
            }
            Code::Malformed
            | Code::TooLarge
            | Code::Validation
            | Code::NotFound
            | Code::Conflict
            | Code::BadEnrolmentCode => Self::Note,
        }
    }
}
