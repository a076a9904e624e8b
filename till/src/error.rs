use retail::{BuildError, Permission};
use serde::Serialize;
use sync_client::storage::StorageError;
use sync_client::{ClientError, OpenError, RecordError};
use sync_core::{Class, IdError, ReadError, Refusal};

/// What every call that fails carries: how a rejected promise looks to whoever asked.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "BackendErrorShape"))]
pub struct TillError {
    /// A stable code for programs, such as `permission_denied`, `storage_full`, `invalid_code`.
    pub code: String,
    /// What the caller can do about it.
    pub class: ErrorClass,
    /// A plain sentence: what happened and how to mend it.
    pub message: String,
    /// The field of a form that is at fault.
    #[cfg_attr(feature = "types", ts(optional = nullable))]
    pub field: Option<String>,
    /// The permission somebody could lend, with `permission_denied`.
    #[cfg_attr(feature = "types", ts(optional = nullable))]
    pub permission: Option<Permission>,
    /// Who vouches for a main server that this device does not trust, with `unknown_master`: 64 hex
    /// digits, for people to compare and to append to its address after a `#`.
    #[cfg_attr(feature = "types", ts(optional = nullable))]
    pub fingerprint: Option<String>,
}

/// What the caller can do about it.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum ErrorClass {
    /// As the layers below say.
    Known(#[cfg_attr(feature = "types", ts(inline))] Class),
    /// The input has to be mended.
    Invalid(#[cfg_attr(feature = "types", ts(inline))] Invalid),
}

/// The word for it.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Invalid {
    /// The input is at fault.
    Invalid,
}

impl TillError {
    /// An error of a class.
    pub fn new(code: &str, class: Class, message: &str) -> Self {
        Self {
            code: code.to_owned(),
            class: ErrorClass::Known(class),
            message: message.to_owned(),
            field: None,
            permission: None,
            fingerprint: None,
        }
    }

    /// The input has to be mended.
    pub fn invalid(code: &str, message: &str) -> Self {
        Self {
            class: ErrorClass::Invalid(Invalid::Invalid),
            ..Self::new(code, Class::Attention, message)
        }
    }

    /// A fault of the program.
    pub fn internal(message: &str) -> Self {
        Self::new("internal", Class::Fatal, message)
    }

    pub(crate) fn missing(what: &str) -> Self {
        Self::invalid(
            "not_found",
            &format!("There is no such {what} on this till."),
        )
    }

    pub(crate) fn denied(permission: Permission) -> Self {
        Self {
            permission: Some(permission),
            ..Self::invalid(
                "permission_denied",
                "This needs the approval of somebody else.",
            )
        }
    }

    pub(crate) fn already_sold(number: &str) -> Self {
        let message = format!(
            "Goods of this cart were sold already, as {number}, so this was not recorded. What is \
             here is a new sale now: compare it with that receipt, and take out what is paid."
        );
        Self::invalid("cart_already_sold", &message)
    }

    pub(crate) fn logged_out() -> Self {
        Self::new("logged_out", Class::NeedsAuth, "Log in first.")
    }

    pub(crate) fn needs_master(what: &str) -> Self {
        let message = format!("{what} needs the main server, which cannot be reached now.");
        Self::new("needs_master", Class::Wait, &message)
    }

    fn refused(refusal: Refusal) -> Self {
        Self {
            field: refusal.field,
            ..Self::invalid(&refusal.code, &refusal.message)
        }
    }
}

impl From<BuildError> for TillError {
    fn from(error: BuildError) -> Self {
        let permission = match &error {
            BuildError::NotAllowed(needs) => needs.first().map(|need| need.permission),
            _ => None,
        };
        Self {
            field: error.field().map(ToOwned::to_owned),
            permission,
            ..Self::invalid(error.code(), &error.to_string())
        }
    }
}

impl From<RecordError> for TillError {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Refused(refusal) => Self::refused(refusal),
            RecordError::Storage(error) => Self::from(&error),
            error => Self::new(&error.code(), error.class(), &sentence(&error)),
        }
    }
}

impl From<&StorageError> for TillError {
    fn from(error: &StorageError) -> Self {
        let message = match error {
            StorageError::Full(_) => {
                "There is no room left on this device, so this was not saved. Free some space and \
                 try again: everything saved before is kept."
            }
            StorageError::NearlyFull { .. } => {
                "This device is nearly full. Nothing new is sold until the main server can be \
                 reached or some space is freed: everything saved before is kept."
            }
            StorageError::Refused(_) => {
                "This window keeps nothing when it closes, so it sells only while the main server \
                 can be reached. Open the till in a normal window."
            }
            StorageError::Lost(_) | StorageError::Failed(_) | StorageError::Stale => {
                "The storage of this till did not answer, so this was not saved. Open the till \
                 again and try once more."
            }
            StorageError::Held(_) => {
                "The till has been taken over elsewhere on this device, so this was not saved here."
            }
            StorageError::Unreadable(_) => {
                return Self::new(&error.code(), error.class(), &sentence(error));
            }
        };
        Self::new(&error.code(), error.class(), message)
    }
}

impl From<ClientError> for TillError {
    fn from(error: ClientError) -> Self {
        if let ClientError::Storage(error) = &error {
            return Self::from(error);
        }
        Self::new(&error.code(), error.class(), &sentence(&error))
    }
}

impl From<OpenError> for TillError {
    fn from(error: OpenError) -> Self {
        Self::new(&error.code(), error.class(), &sentence(&error))
    }
}

impl From<ReadError> for TillError {
    fn from(error: ReadError) -> Self {
        Self::internal(&error.to_string())
    }
}

impl From<IdError> for TillError {
    fn from(error: IdError) -> Self {
        Self::invalid("malformed", &error.to_string())
    }
}

/// An error as a sentence begins with a capital and ends with a full stop.
fn sentence(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!(
        "{}{}.",
        first.unwrap_or_default(),
        letters.as_str().trim_end_matches('.')
    )
}

/// What a builder refuses, as the recording knows it.
pub(crate) fn refusal(error: &BuildError) -> RecordError {
    let refusal = Refusal::new(error.code(), error.to_string());
    RecordError::Refused(match error.field() {
        Some(field) => refusal.of_field(field),
        None => refusal,
    })
}
