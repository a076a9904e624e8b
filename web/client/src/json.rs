//! Between Rust and JavaScript. Answers can be long: they go as JSON text, which the browser parses
//! faster than anything that walks a value field by field. Questions are short and are walked.

use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use crate::error::TillError;

/// Hands a value to JavaScript.
pub(crate) fn to_js<T: Serialize>(value: &T) -> Result<JsValue, TillError> {
    let text = serde_json::to_string(value).map_err(|e| TillError::internal(&e.to_string()))?;
    js_sys::JSON::parse(&text).map_err(|_| TillError::internal("an answer is no JSON"))
}

/// Takes a value from JavaScript.
pub(crate) fn from_js<T: DeserializeOwned>(value: &JsValue) -> Result<T, TillError> {
    serde_wasm_bindgen::from_value(value.clone())
        .map_err(|e| TillError::invalid("malformed", &e.to_string()))
}
