//! Which tab of a browser profile works: the one that holds a Web Lock.
//!
//! Two engines over one database would send everything twice and count receipts twice. The lock
//! says who may begin; that the other one has really stopped is made sure by the fencing number
//! that each write to the database checks.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::DomException;

use super::{oneshot, spawn, watch};

#[wasm_bindgen]
extern "C" {
    /// web-sys has it behind an unstable flag of the whole build.
    type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(
        this: &LockManager,
        name: &str,
        options: &JsValue,
        granted: &JsValue,
    ) -> Result<Promise, JsValue>;
}

/// How to ask for the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Take it if no other tab has it.
    IfFree,
    /// Wait until the other tabs are gone.
    InTurn,
    /// Take it away from the tab that has it.
    Steal,
}

/// What the browser answers.
enum Grant {
    /// The lock, and what gives it back.
    Held(Option<Function>),
    /// Another tab has it.
    Taken,
    /// There are no locks for this page.
    Denied,
}

/// The right of this tab to work. Given back when it is dropped.
pub struct TabLock(Option<Held>);

struct Held {
    /// Ends the promise that the browser holds the lock for.
    release: Function,
    lost: watch::Receiver<bool>,
}

impl TabLock {
    /// Asks for the lock of a name; `None` where another tab has it and this one shall not wait.
    ///
    /// In an insecure context there are no Web Locks, nor where a setting forbids this site to keep
    /// data. There the newest tab works, and the fencing
    /// number stops the one before it at its next write.
    pub async fn ask(name: &str, ask: Ask) -> Option<Self> {
        let Some(locks) = lock_manager() else {
            return Some(Self(None));
        };
        let options = Object::new();
        let option = |name: &str| Reflect::set(&options, &name.into(), &JsValue::TRUE);
        match ask {
            Ask::IfFree => option("ifAvailable").ok()?,
            Ask::Steal => option("steal").ok()?,
            Ask::InTurn => true,
        };
        let (send, receive) = oneshot::channel();
        let send = Rc::new(RefCell::new(Some(send)));
        let granted = {
            let send = send.clone();
            Closure::<dyn FnMut(JsValue) -> JsValue>::new(move |lock: JsValue| {
                let Some(send) = send.borrow_mut().take() else {
                    return JsValue::UNDEFINED;
                };
                if lock.is_null() {
                    let _ = send.send(Grant::Taken);
                    return JsValue::UNDEFINED;
                }
                let mut release = None;
                let held = Promise::new(&mut |resolve, _| release = Some(resolve));
                // Nobody waits for it any more: then it is not held either.
                match send.send(Grant::Held(release)) {
                    Ok(()) => held.into(),
                    Err(_) => JsValue::UNDEFINED,
                }
            })
        };
        let request = locks
            .request(name, &options, granted.as_ref())
            .unwrap_or_else(|thrown| Promise::reject(&thrown));
        let (tell, lost) = watch::channel(false);
        spawn(async move {
            // Ends when the lock was given back, taken away, or never granted.
            let ended = JsFuture::from(request).await;
            drop(granted);
            let unanswered = send.borrow_mut().take();
            if let (Some(send), Err(thrown)) = (unanswered, ended)
                && is_denied(&thrown)
            {
                let _ = send.send(Grant::Denied);
            }
            tell.send_replace(true);
        });
        match receive.await.ok()? {
            Grant::Held(release) => release.map(|release| Self(Some(Held { release, lost }))),
            Grant::Taken => None,
            Grant::Denied => Some(Self(None)),
        }
    }

    /// Waits until another tab has taken over.
    pub async fn lost(&self) {
        match &self.0 {
            Some(held) => {
                let _ = held.lost.clone().wait_for(|lost| *lost).await;
            }
            None => std::future::pending().await,
        }
    }
}

impl Drop for TabLock {
    fn drop(&mut self) {
        if let Some(held) = &self.0 {
            let _ = held.release.call0(&JsValue::UNDEFINED);
        }
    }
}

fn is_denied(thrown: &JsValue) -> bool {
    let error = thrown.dyn_ref::<DomException>();
    error.is_some_and(|error| error.name() == "SecurityError")
}

fn lock_manager() -> Option<LockManager> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    locks.is_object().then(|| locks.unchecked_into())
}
