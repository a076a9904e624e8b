//! What the browser says of the room it gives this origin, and for how long.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::{Durability, StorageHealth};

/// How safe what lies in this origin is.
pub(super) async fn health(records_kept: bool) -> StorageHealth {
    let promised = ask("persisted")
        .await
        .is_some_and(|value| value.is_truthy());
    let durability = match promised {
        true => Durability::Kept,
        false if is_forgetful().await => Durability::Forgotten,
        false => Durability::Unpromised,
    };
    let estimate = ask("estimate").await.unwrap_or(JsValue::UNDEFINED);
    let bytes = |name: &str| {
        let value = Reflect::get(&estimate, &name.into()).ok()?.as_f64()?;
        Some(value as u64)
    };
    StorageHealth {
        durability,
        records_kept,
        used: bytes("usage"),
        quota: bytes("quota"),
    }
}

/// Whether this is a window that forgets everything when it closes, as far as that can be seen.
///
/// Firefox and Safari refuse a private window the file system of its origin. Chromium hides its
/// private windows on purpose: there nothing tells them apart.
async fn is_forgetful() -> bool {
    manager().is_some() && ask("getDirectory").await.is_none()
}

/// The answer of one of the questions that `navigator.storage` takes; absent where it refuses.
async fn ask(question: &str) -> Option<JsValue> {
    let manager = manager()?;
    let method = Reflect::get(&manager, &question.into()).ok()?;
    // Where there is no such question, nothing is refused either.
    let Some(method) = method.dyn_ref::<Function>() else {
        return Some(JsValue::UNDEFINED);
    };
    let promise: Promise = method.call0(&manager).ok()?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok()
}

/// Absent in an insecure context.
fn manager() -> Option<JsValue> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    let manager = Reflect::get(&navigator, &"storage".into()).ok()?;
    manager.is_object().then_some(manager)
}
