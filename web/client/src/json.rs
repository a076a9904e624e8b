//! Between Rust and JavaScript: JSON text, which the browser parses faster than anything that walks
//! a value field by field.

use till::TillError;
use wasm_bindgen::JsValue;

/// Hands an answer to JavaScript.
pub(crate) fn parse(text: &str) -> Result<JsValue, TillError> {
    js_sys::JSON::parse(text).map_err(|_| TillError::internal("an answer is no JSON"))
}

/// Hands a value to JavaScript.
pub(crate) fn to_js<T: serde::Serialize>(value: &T) -> Result<JsValue, TillError> {
    let text = serde_json::to_string(value).map_err(|e| TillError::internal(&e.to_string()))?;
    parse(&text)
}
