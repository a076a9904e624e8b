use sync_core::{Class, IdError, ReadError};
use tsify::Tsify;
use wasm_bindgen::JsValue;

use super::convert::to_js;
use crate::{ClientError, OpenError, RecordError};

/// What every rejected promise carries.
#[derive(Clone, Debug, Tsify)]
pub struct ErrorShape {
    /// Stable, for programs.
    pub code: String,
    /// What the caller can do about it.
    #[tsify(type = "ErrorClass")]
    pub class: Class,
    /// A sentence.
    pub message: String,
    /// The field at fault.
    pub field: Option<String>,
}

impl ErrorShape {
    pub(super) fn new(code: &str, class: Class, message: &str) -> Self {
        Self {
            code: code.to_owned(),
            class,
            message: message.to_owned(),
            field: None,
        }
    }

    pub(super) fn internal(message: &str) -> Self {
        Self::new("internal", Class::Fatal, message)
    }

    pub(super) fn malformed(message: &str) -> Self {
        Self::new("malformed", Class::Attention, message)
    }
}

impl From<OpenError> for ErrorShape {
    fn from(error: OpenError) -> Self {
        Self::new(&error.code(), error.class(), &error.to_string())
    }
}

impl From<ClientError> for ErrorShape {
    fn from(error: ClientError) -> Self {
        Self::new(&error.code(), error.class(), &error.to_string())
    }
}

impl From<RecordError> for ErrorShape {
    fn from(error: RecordError) -> Self {
        let field = match &error {
            RecordError::Refused(refusal) => refusal.field.clone(),
            _ => None,
        };
        Self {
            field,
            ..Self::new(&error.code(), error.class(), &error.to_string())
        }
    }
}

impl From<IdError> for ErrorShape {
    fn from(error: IdError) -> Self {
        Self::malformed(&error.to_string())
    }
}

impl From<ReadError> for ErrorShape {
    fn from(error: ReadError) -> Self {
        Self::internal(&error.to_string())
    }
}

impl From<ErrorShape> for JsValue {
    fn from(error: ErrorShape) -> Self {
        to_js(&error).unwrap_or_else(|error| error.message.into())
    }
}

sync_core::fields_to! { ErrorShape { code, class, message, field } }
