//! A fault of the program itself: said plainly, everywhere, once.

use std::cell::RefCell;
use std::sync::Once;

use js_sys::Function;
use till::StatusView;
use wasm_bindgen::JsValue;

use crate::json;

thread_local! {
    static LISTENERS: RefCell<Vec<Function>> = const { RefCell::new(Vec::new()) };
}

/// From now on a panic moves every status to `failed`.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|info| {
            console_error_panic_hook::hook(info);
            let message =
                "The till's engine has stopped. Reload this page: everything recorded is kept.";
            let Ok(status) = json::to_js(&StatusView::failed(message)) else {
                return;
            };
            let listeners = LISTENERS.with(|listeners| {
                listeners
                    .try_borrow()
                    .map(|list| list.clone())
                    .unwrap_or_default()
            });
            for listener in listeners {
                let _ = listener.call1(&JsValue::UNDEFINED, &status);
            }
        }));
    });
}

/// Tells a listener too.
pub(crate) fn tell(listener: &Function) {
    LISTENERS.with(|listeners| {
        if let Ok(mut list) = listeners.try_borrow_mut() {
            list.push(listener.clone());
        }
    });
}
