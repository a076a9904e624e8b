use wasm_bindgen::{JsCast, JsValue};
use web_sys::DomException;

use crate::platform;

/// What went wrong in IndexedDB, as far as it changes what is done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The disk or the browser's share of it is full: nothing was written.
    Full(String),
    /// The handle is gone; opening again may help.
    Lost(String),
    /// It cannot be opened at all: private mode, policy, a file that is broken.
    Refused(String),
    /// Another tab keeps it open and does not let go.
    Busy(String),
    /// Another tab has taken over: this one must not write any more.
    Fenced,
    /// The records stand at another cursor than the write builds on.
    Moved,
    /// What is stored cannot be read.
    Corrupt(String),
    /// A test ends here.
    #[cfg(not(feature = "small"))]
    Killed,
}

impl From<JsValue> for Failure {
    fn from(thrown: JsValue) -> Self {
        let Some(error) = thrown.dyn_ref::<DomException>() else {
            return Self::Lost(platform::spoken(&thrown));
        };
        let text = format!("{}: {}", error.name(), error.message());
        match error.name().as_str() {
            "QuotaExceededError" => Self::Full(text),
            "DataCloneError" | "DataError" | "ConstraintError" | "NotFoundError" => {
                Self::Corrupt(text)
            }
            _ => Self::Lost(text),
        }
    }
}

impl Failure {
    /// What is stored lies under a key that says nothing.
    pub(super) fn key() -> Self {
        Self::Corrupt("a key cannot be read".to_owned())
    }

    /// What is stored under a key cannot be read.
    pub(super) fn unreadable(what: &str, error: &sync_core::json::Fault) -> Self {
        Self::Corrupt(format!("{what} cannot be read: {error}"))
    }
}

impl From<rexie::Error> for Failure {
    fn from(error: rexie::Error) -> Self {
        use idb::Error::{
            DeleteFailed, DomException, GetAllFailed, GetAllKeysFailed, IndexedDbOpenFailed,
            KeyRangeCreateFailed, ObjectStoreNotFound, TransactionOpenFailed, UpdateFailed,
        };

        match error {
            rexie::Error::IdbError(DomException(thrown)) => JsValue::from(thrown).into(),
            rexie::Error::IdbError(
                DeleteFailed(thrown)
                | GetAllFailed(thrown)
                | GetAllKeysFailed(thrown)
                | IndexedDbOpenFailed(thrown)
                | KeyRangeCreateFailed(thrown)
                | ObjectStoreNotFound(thrown)
                | TransactionOpenFailed(thrown)
                | UpdateFailed(thrown),
            ) => thrown.into(),
            // What a commit was refused for rexie keeps to itself: with every request granted
            // before, that is room.
            rexie::Error::TransactioncommitFailed => {
                Self::Full("the browser did not commit".to_owned())
            }
            _ => Self::Lost("the browser gave no reason".to_owned()),
        }
    }
}
