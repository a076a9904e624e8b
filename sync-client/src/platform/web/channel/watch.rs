//! The latest value, for many.

use std::cell::{Cell, Ref, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::{Gone, Waiting};

/// Changes the value.
pub struct Sender<T>(Rc<Shown<T>>);

/// Sees the value.
pub struct Receiver<T> {
    shown: Rc<Shown<T>>,
    seen: u64,
}

struct Shown<T> {
    value: RefCell<T>,
    version: Version,
}

/// What is the same whatever is shown.
#[derive(Default)]
struct Version {
    number: Cell<u64>,
    ended: Cell<bool>,
    waiting: Waiting,
}

/// Makes a channel that shows a value.
pub fn channel<T>(value: T) -> (Sender<T>, Receiver<T>) {
    let sender = Sender::new(value);
    let receiver = sender.subscribe();
    (sender, receiver)
}

impl<T> Sender<T> {
    /// Shows a value that nobody sees yet.
    pub fn new(value: T) -> Self {
        Self(Rc::new(Shown {
            value: RefCell::new(value),
            version: Version::default(),
        }))
    }

    /// Another one to see it; the present value counts as seen.
    pub fn subscribe(&self) -> Receiver<T> {
        Receiver {
            shown: Rc::clone(&self.0),
            seen: self.0.version.number.get(),
        }
    }

    /// The value.
    pub fn borrow(&self) -> Ref<'_, T> {
        self.0.value.borrow()
    }

    /// Changes the value and tells everybody.
    pub fn send_modify(&self, modify: impl FnOnce(&mut T)) {
        modify(&mut self.0.value.borrow_mut());
        self.0.version.next();
    }

    /// Changes the value and tells everybody where it says that it has.
    pub fn send_if_modified(&self, modify: impl FnOnce(&mut T) -> bool) {
        if modify(&mut self.0.value.borrow_mut()) {
            self.0.version.next();
        }
    }

    /// Shows another value.
    pub fn send_replace(&self, value: T) {
        self.send_modify(|shown| *shown = value);
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.version.ended.set(true);
        self.0.version.waiting.wake();
    }
}

impl<T> Receiver<T> {
    /// The value.
    pub fn borrow(&self) -> Ref<'_, T> {
        self.shown.value.borrow()
    }

    /// The value, which counts as seen.
    pub fn borrow_and_update(&mut self) -> Ref<'_, T> {
        self.seen = self.shown.version.number.get();
        self.shown.value.borrow()
    }

    /// Counts the value as seen.
    pub fn mark_unchanged(&mut self) {
        self.seen = self.shown.version.number.get();
    }

    /// Waits for a value that was not seen.
    ///
    /// # Errors
    /// When there will be none.
    pub async fn changed(&mut self) -> Result<(), Gone> {
        let version = &self.shown.version;
        poll_fn(|cx| version.poll(&mut self.seen, cx)).await
    }

    /// Waits for a value that is such.
    ///
    /// # Errors
    /// When there will be none.
    pub async fn wait_for(&mut self, mut such: impl FnMut(&T) -> bool) -> Result<Ref<'_, T>, Gone> {
        while !such(&self.borrow_and_update()) {
            self.changed().await?;
        }
        Ok(self.borrow())
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        Self {
            shown: Rc::clone(&self.shown),
            seen: self.seen,
        }
    }
}

impl Version {
    fn next(&self) {
        self.number.update(|number| number + 1);
        self.waiting.wake();
    }

    fn poll(&self, seen: &mut u64, cx: &Context<'_>) -> Poll<Result<(), Gone>> {
        let number = self.number.get();
        if number != *seen {
            *seen = number;
            return Poll::Ready(Ok(()));
        }
        if self.ended.get() {
            return Poll::Ready(Err(Gone));
        }
        self.waiting.wait(cx);
        Poll::Pending
    }
}
