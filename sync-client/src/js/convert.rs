//! JSON between Rust and JavaScript: the browser parses it faster than anything that walks a value
//! field by field, and numbers above 2^53 cannot slip in.

use js_sys::JSON;
use sync_core::json::{self, FromJson, ToJson};
use wasm_bindgen::JsValue;

use super::error::ErrorShape;

/// Hands a value to JavaScript.
pub(super) fn to_js(value: &dyn ToJson) -> Result<JsValue, ErrorShape> {
    JSON::parse(&json::text(value)).map_err(|_| ErrorShape::internal("an answer is no JSON"))
}

/// Takes a value from JavaScript.
pub(super) fn from_js<T: FromJson>(value: &JsValue) -> Result<T, ErrorShape> {
    let text = JSON::stringify(value)
        .ok()
        .and_then(|text| text.as_string());
    let text = text.unwrap_or_else(|| "null".to_owned());
    json::read(&text).map_err(|e| ErrorShape::malformed(&e.to_string()))
}
