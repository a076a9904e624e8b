//! One value, once.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::{Gone, Waiting};

/// Sends the value.
pub struct Sender<T>(Rc<Slot<T>>);

/// Waits for the value.
pub struct Receiver<T>(Rc<Slot<T>>);

struct Slot<T> {
    value: Cell<Option<T>>,
    waiting: Waiting,
}

/// Makes a channel for one value.
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let slot = Rc::new(Slot {
        value: Cell::new(None),
        waiting: Waiting::default(),
    });
    (Sender(Rc::clone(&slot)), Receiver(slot))
}

impl<T> Sender<T> {
    /// Sends the value; the receiver is woken as the sender goes.
    ///
    /// # Errors
    /// Gives the value back where nobody can receive it any more.
    pub fn send(self, value: T) -> Result<(), T> {
        if Rc::strong_count(&self.0) == 1 {
            return Err(value);
        }
        self.0.value.set(Some(value));
        Ok(())
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.waiting.wake();
    }
}

impl<T> Future for Receiver<T> {
    type Output = Result<T, Gone>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.0.value.take() {
            Some(value) => Poll::Ready(Ok(value)),
            None if Rc::strong_count(&self.0) == 1 => Poll::Ready(Err(Gone)),
            None => {
                self.0.waiting.wait(cx);
                Poll::Pending
            }
        }
    }
}
