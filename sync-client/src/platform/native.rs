use std::future::Future;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sync_core::Millis;
pub use tokio::sync::{mpsc, oneshot, watch};

/// `Send` where there are threads, nothing in a browser.
pub trait MaybeSend: Send {}
impl<T: Send + ?Sized> MaybeSend for T {}

/// `Sync` where there are threads, nothing in a browser.
pub trait MaybeSync: Sync {}
impl<T: Sync + ?Sized> MaybeSync for T {}

/// The wall clock. It keeps counting while the machine sleeps.
pub fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Millis(since.map_or(0, |since| since.as_millis() as u64))
}

/// Random bytes of the system.
///
/// # Panics
/// Where the system has no randomness to give: ids could then repeat.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives randomness");
    bytes
}

/// Runs a task beside the others.
pub fn spawn(task: impl Future<Output = ()> + MaybeSend + 'static) {
    tokio::spawn(task);
}

/// Waits so many milliseconds.
pub async fn sleep(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

/// The words of a text in small letters, split at everything that is no letter and no number.
pub fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}
