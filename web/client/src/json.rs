//! Between Rust and JavaScript: JSON, which the browser parses faster than anything that walks a
//! value field by field.

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
    let text = js_sys::JSON::stringify(value)
        .ok()
        .and_then(|text| text.as_string());
    let text = text.unwrap_or_else(|| "null".to_owned());
    serde_json::from_str(&text).map_err(|e| TillError::invalid("malformed", &e.to_string()))
}
