//! Values in their order, from many to one.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::{Gone, Waiting};

/// Sends; the channel ends when the last of them is gone.
pub struct Sender<T>(Rc<Queue<T>>);

/// Receives.
pub struct Receiver<T>(Rc<Queue<T>>);

struct Queue<T> {
    values: RefCell<VecDeque<T>>,
    ends: Ends,
}

/// What is the same whatever is sent.
struct Ends {
    /// How many values may wait.
    room: usize,
    senders: Cell<usize>,
    received: Cell<bool>,
    receiver: Waiting,
    sending: Waiting,
}

/// Sends without ever waiting.
pub struct UnboundedSender<T>(Sender<T>);

/// Receives what came without waiting.
pub type UnboundedReceiver<T> = Receiver<T>;

/// Makes a channel in which any number of values waits.
pub fn unbounded_channel<T>() -> (UnboundedSender<T>, UnboundedReceiver<T>) {
    let (sender, receiver) = channel(usize::MAX);
    (UnboundedSender(sender), receiver)
}

/// Makes a channel in which so many values wait at most.
pub fn channel<T>(room: usize) -> (Sender<T>, Receiver<T>) {
    let queue = Rc::new(Queue {
        values: RefCell::default(),
        ends: Ends {
            room,
            senders: Cell::new(1),
            received: Cell::new(true),
            receiver: Waiting::default(),
            sending: Waiting::default(),
        },
    });
    (Sender(Rc::clone(&queue)), Receiver(queue))
}

impl<T> Sender<T> {
    /// Sends a value once there is room for it.
    ///
    /// # Errors
    /// When nobody can receive it any more.
    pub async fn send(&self, value: T) -> Result<(), Gone> {
        let queue = &*self.0;
        let ready = poll_fn(|cx| queue.ends.poll_room(queue.values.borrow().len(), cx)).await;
        ready.map(|()| self.put(value))
    }

    /// Sends a value if there is room for it.
    ///
    /// # Errors
    /// When there is none, or nobody can receive it any more.
    pub fn try_send(&self, value: T) -> Result<(), Gone> {
        let waiting = self.0.values.borrow().len();
        if !self.0.ends.received.get() || waiting >= self.0.ends.room {
            return Err(Gone);
        }
        self.put(value);
        Ok(())
    }

    /// Waits until nobody can receive any more.
    pub async fn closed(&self) {
        let ends = &self.0.ends;
        poll_fn(|cx| match ends.received.get() {
            true => {
                ends.sending.wait(cx);
                Poll::Pending
            }
            false => Poll::Ready(()),
        })
        .await;
    }

    fn put(&self, value: T) {
        self.0.values.borrow_mut().push_back(value);
        self.0.ends.receiver.wake();
    }
}

impl<T> UnboundedSender<T> {
    /// Sends a value.
    ///
    /// # Errors
    /// When nobody can receive it any more.
    pub fn send(&self, value: T) -> Result<(), Gone> {
        self.0.try_send(value)
    }
}

impl<T> Clone for UnboundedSender<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender")
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receiver")
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.0.ends.senders.update(|senders| senders + 1);
        Self(Rc::clone(&self.0))
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.ends.sender_gone();
    }
}

impl<T> Receiver<T> {
    /// Waits for the next value; none when every sender is gone.
    pub async fn recv(&mut self) -> Option<T> {
        poll_fn(|cx| self.poll_recv(cx)).await
    }

    /// [`recv`](Self::recv) for whoever waits for several things.
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let value = self.0.values.borrow_mut().pop_front();
        match self.0.ends.poll_value(value.is_some(), cx) {
            Poll::Ready(()) => Poll::Ready(value),
            Poll::Pending => Poll::Pending,
        }
    }

    /// The next value if it is there.
    ///
    /// # Errors
    /// When none is.
    pub fn try_recv(&mut self) -> Result<T, Gone> {
        let value = self.0.values.borrow_mut().pop_front();
        self.0.ends.sending.wake();
        value.ok_or(Gone)
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.0.ends.received.set(false);
        self.0.ends.sending.wake();
        let left = self.0.values.take();
        drop(left);
    }
}

impl Ends {
    fn poll_room(&self, waiting: usize, cx: &Context<'_>) -> Poll<Result<(), Gone>> {
        if !self.received.get() {
            return Poll::Ready(Err(Gone));
        }
        if waiting < self.room {
            return Poll::Ready(Ok(()));
        }
        self.sending.wait(cx);
        Poll::Pending
    }

    fn poll_value(&self, is_there: bool, cx: &Context<'_>) -> Poll<()> {
        if is_there {
            self.sending.wake();
        } else if self.senders.get() > 0 {
            self.receiver.wait(cx);
            return Poll::Pending;
        }
        Poll::Ready(())
    }

    fn sender_gone(&self) {
        self.senders.update(|senders| senders - 1);
        if self.senders.get() == 0 {
            self.receiver.wake();
        }
    }
}
