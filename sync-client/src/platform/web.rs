mod channel;
mod pulse;
mod tab_lock;

use std::future::Future;
use std::pin::Pin;

use js_sys::{Array, Error, JsString, RegExp};
use sync_core::Millis;
use wasm_bindgen::{JsCast, JsValue};

pub use channel::{mpsc, oneshot, watch};
pub use pulse::Pulse;
pub use tab_lock::{Ask, TabLock};

/// `Send` where there are threads, nothing in a browser.
pub trait MaybeSend {}
impl<T: ?Sized> MaybeSend for T {}

/// `Sync` where there are threads, nothing in a browser.
pub trait MaybeSync {}
impl<T: ?Sized> MaybeSync for T {}

/// The wall clock.
pub fn now() -> Millis {
    Millis(js_sys::Date::now() as u64)
}

/// Random bytes of the browser.
///
/// # Panics
/// Where the browser has no randomness to give: ids could then repeat.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the browser gives randomness");
    bytes
}

/// Runs a task beside the others.
pub fn spawn(task: impl Future<Output = ()> + MaybeSend + 'static) {
    // Boxed here, so that what starts a task exists once and not for every task.
    let task: Pin<Box<dyn Future<Output = ()>>> = Box::pin(task);
    wasm_bindgen_futures::spawn_local(task);
}

/// Waits so many milliseconds.
pub async fn sleep(millis: u64) {
    let millis = u32::try_from(millis).unwrap_or(u32::MAX);
    gloo_timers::future::TimeoutFuture::new(millis).await;
}

/// What JavaScript threw, as a person reads it.
pub(crate) fn spoken(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<Error>() {
        Some(error) => error.to_string().into(),
        None => thrown
            .as_string()
            .unwrap_or_else(|| "no reason was given".to_owned()),
    }
}

/// The words of a text in small letters, split at everything that is no letter and no number. The
/// browser has the tables of Unicode; a module would carry its own.
pub fn words(text: &str) -> Vec<String> {
    let words = RegExp::new(r"[\p{Alphabetic}\p{N}]+", "gu");
    let Some(found) = JsString::from(text).match_(&words) else {
        return Vec::new();
    };
    let found = Array::from(&found);
    found
        .iter()
        .filter_map(|word| JsString::from(word).to_lower_case().as_string())
        .collect()
}
