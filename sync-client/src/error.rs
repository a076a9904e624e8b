use sync_core::{Class, MAX_MUTATION_BYTES, ReadError, Refusal, WireError};

use crate::storage::StorageError;
use crate::transport::TransportError;

/// Why a client cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The schema contradicts itself.
    #[error(transparent)]
    Schema(#[from] sync_core::SchemaError),
    /// The storage cannot be opened.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why a mutation was not recorded. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The device has not joined a store yet.
    #[error("this device has not joined a store yet")]
    NotEnrolled,
    /// The builder says no.
    #[error("{}", .0.message)]
    Refused(Refusal),
    /// Over the limit of one mutation.
    #[error("a mutation of {bytes} bytes is over the limit of {MAX_MUTATION_BYTES}")]
    TooLarge {
        /// How large its body is.
        bytes: usize,
    },
    /// The builder made no step.
    #[error("a mutation without any step")]
    Empty,
    /// The storage did not make it durable.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The view could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The client was closed.
    #[error("this client is closed")]
    Closed,
}

impl From<Refusal> for RecordError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Why something else that was asked of a client did not happen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The client was closed.
    #[error("this client is closed")]
    Closed,
    /// The master says no.
    #[error(transparent)]
    Refused(WireError),
    /// The master cannot be reached.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// Something that is not the master answered.
    #[error("something that is not the master answered with status {status}")]
    Foreign {
        /// The HTTP status.
        status: u16,
    },
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Unsent mutations of one store can never go to another.
    #[error("{pending} mutations of another store are still unsent")]
    OtherStore {
        /// How many.
        pending: u64,
    },
}

macro_rules! code_and_class {
    ($error:ty, $($variant:pat => ($code:expr, $class:expr),)+) => {
        impl $error {
            /// A stable code for programs.
            pub fn code(&self) -> String {
                self.code_and_class().0
            }

            /// What the caller can do about it.
            pub fn class(&self) -> Class {
                self.code_and_class().1
            }

            fn code_and_class(&self) -> (String, Class) {
                match self { $($variant => ($code.into(), $class),)+ }
            }
        }
    };
}

code_and_class! { StorageError,
    Self::Full(_) => ("storage_full", Class::Wait),
    Self::NearlyFull { .. } => ("storage_nearly_full", Class::Wait),
    Self::Refused(_) => ("storage_refused", Class::Attention),
    Self::Lost(_) => ("storage_lost", Class::Wait),
    Self::Held(_) => ("storage_held", Class::Wait),
    Self::Stale => ("storage_stale", Class::Retry),
    Self::Unreadable(_) => ("storage_unreadable", Class::Fatal),
    Self::Failed(_) => ("storage_failed", Class::Wait),
}

code_and_class! { OpenError,
    Self::Schema(_) => ("schema", Class::Fatal),
    Self::Storage(error) => (error.code(), error.class()),
}

code_and_class! { RecordError,
    Self::NotEnrolled => ("not_enrolled", Class::NeedsAuth),
    Self::Refused(refusal) => (refusal.code.as_str(), Class::Attention),
    Self::TooLarge { .. } => ("too_large", Class::Attention),
    Self::Empty => ("empty", Class::Attention),
    Self::Storage(error) => (error.code(), error.class()),
    Self::Read(_) => ("read", Class::Fatal),
    Self::Closed => ("closed", Class::Fatal),
}

code_and_class! { ClientError,
    Self::Closed => ("closed", Class::Fatal),
    Self::Refused(error) => (code_text(error), error.class),
    Self::Transport(_) => ("unreachable", Class::Retry),
    Self::Foreign { .. } => ("foreign_answer", Class::Retry),
    Self::Storage(error) => (error.code(), error.class()),
    Self::OtherStore { .. } => ("other_store", Class::Attention),
}

/// The code of a wire error as it is written on the wire.
pub(crate) fn code_text(error: &WireError) -> String {
    let json = sync_core::json::text(&error.code);
    json.trim_matches('"').to_owned()
}
