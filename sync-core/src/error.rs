use serde::{Deserialize, Serialize};

use crate::Seq;

/// What a client does about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Try the same again, with backoff.
    Retry,
    /// Wait until something changes here or there, then go on.
    Wait,
    /// A person has to look at it; everything else goes on.
    Attention,
    /// The device or the user has to identify itself again.
    NeedsAuth,
    /// This build is too old.
    NeedsUpgrade,
    /// Stop: going on could lose or double something.
    Fatal,
}

/// Every error that crosses a wire. Stable: code and meaning never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// A frame or request that cannot be read.
    Malformed,
    /// A mutation or frame over its limit.
    TooLarge,
    /// A request that breaks a rule; its field is named.
    Validation,
    /// No such thing.
    NotFound,
    /// The record changed meanwhile.
    Conflict,
    /// A seq is missing: send again from the expected one.
    Gap,
    /// The device's database is not the one that was here before: enrol again.
    IdentityClosed,
    /// The cursor is of another log, or beyond its head.
    ForeignCursor,
    /// No or no valid token.
    Unauthenticated,
    /// The token is valid, but not for this.
    Forbidden,
    /// The enrolment code is wrong, used up or too old.
    BadEnrolmentCode,
    /// The protocol or format is newer or older than this side speaks.
    NeedsUpgrade,
    /// Too many requests.
    RateLimited,
    /// This node is not the master.
    NotMaster,
    /// The master is about to stop.
    Draining,
    /// The disk is full: nothing was written.
    StorageFull,
    /// The ledger cannot be read or written.
    StorageFailed,
    /// The master lost acknowledged data and must be restored.
    RestoreNeeded,
    /// A fault of this side.
    Internal,
}

impl Code {
    /// What a client does about it.
    pub fn class(self) -> Class {
        match self {
            Self::Malformed
            | Self::TooLarge
            | Self::Validation
            | Self::NotFound
            | Self::Conflict
            | Self::BadEnrolmentCode => Class::Attention,
            Self::Gap | Self::ForeignCursor | Self::RateLimited | Self::Internal => Class::Retry,
            Self::NotMaster | Self::Draining | Self::StorageFull | Self::StorageFailed => {
                Class::Wait
            }
            Self::Unauthenticated | Self::Forbidden | Self::IdentityClosed => Class::NeedsAuth,
            Self::NeedsUpgrade => Class::NeedsUpgrade,
            Self::RestoreNeeded => Class::Fatal,
        }
    }
}

/// An error as it crosses a wire: one shape at every door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct WireError {
    /// Stable code.
    pub code: Code,
    /// What to do about it.
    pub class: Class,
    /// A sentence for people.
    pub message: String,
    /// The field at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// With [`Code::Gap`]: the seq to send from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_seq: Option<Seq>,
    /// Milliseconds to wait before the next try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// With [`Code::NotMaster`]: the base address of the node that is, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub master: Option<String>,
}

impl WireError {
    /// An error with its sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            code,
            class: code.class(),
            message,
            field: None,
            expected_seq: None,
            retry_after_ms: None,
            master: None,
        }
    }

    /// The answer to a gap.
    pub fn gap(expected: Seq) -> Self {
        let message = format!("mutation {expected} is missing");
        Self {
            expected_seq: Some(expected),
            ..Self::new(Code::Gap, message)
        }
    }

    /// The answer of a node that knows who the master is.
    pub fn not_master(url: impl Into<String>) -> Self {
        let url = url.into();
        Self {
            master: Some(url.clone()),
            ..Self::new(Code::NotMaster, format!("the master is {url}"))
        }
    }

    /// The same error naming a field.
    #[must_use]
    pub fn of_field(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }

    /// The same error with a time to wait.
    #[must_use]
    pub fn retry_after(mut self, millis: u64) -> Self {
        self.retry_after_ms = Some(millis);
        self
    }
}

crate::words! {
    Class {
        Retry = "retry",
        Wait = "wait",
        Attention = "attention",
        NeedsAuth = "needs_auth",
        NeedsUpgrade = "needs_upgrade",
        Fatal = "fatal",
    }
}
crate::words! {
    Code {
        Malformed = "malformed",
        TooLarge = "too_large",
        Validation = "validation",
        NotFound = "not_found",
        Conflict = "conflict",
        Gap = "gap",
        IdentityClosed = "identity_closed",
        ForeignCursor = "foreign_cursor",
        Unauthenticated = "unauthenticated",
        Forbidden = "forbidden",
        BadEnrolmentCode = "bad_enrolment_code",
        NeedsUpgrade = "needs_upgrade",
        RateLimited = "rate_limited",
        NotMaster = "not_master",
        Draining = "draining",
        StorageFull = "storage_full",
        StorageFailed = "storage_failed",
        RestoreNeeded = "restore_needed",
        Internal = "internal",
    }
}
crate::fields! {
    WireError { code, class, message, field: skip, expected_seq: skip, retry_after_ms: skip, master: skip }
}
