//! A fault of the library itself: said plainly, once, to everybody who follows a status.

use std::cell::RefCell;
use std::sync::Once;

use js_sys::Function;
use wasm_bindgen::JsValue;

use super::convert::to_js;
use super::types::Status;

thread_local! {
    static LISTENERS: RefCell<Vec<Function>> = const { RefCell::new(Vec::new()) };
}

/// From now on a panic moves every status to `failed`.
pub(super) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| std::panic::set_hook(Box::new(hook)));
}

/// Tells a listener too.
pub(super) fn tell(listener: &Function) {
    LISTENERS.with(|listeners| {
        if let Ok(mut list) = listeners.try_borrow_mut() {
            list.push(listener.clone());
        }
    });
}

fn hook(info: &std::panic::PanicHookInfo<'_>) {
    console_error_panic_hook::hook(info);
    let message = "the engine has stopped: reload the page, everything recorded is kept";
    let Ok(status) = to_js(&Status::failed(message)) else {
        return;
    };
    let listeners = LISTENERS.with(|list| list.try_borrow().map(|list| list.clone()));
    for listener in listeners.unwrap_or_default() {
        let _ = listener.call1(&JsValue::UNDEFINED, &status);
    }
}
