//! Channels between the tasks of one thread, with the names and the behaviour of Tokio's.
//!
//! Tokio's are made for threads: lists of blocks, semaphores, queues of waiters, all of it once for
//! every type that is sent, and all of it downloaded. Here a channel is a cell and whoever waits.

pub mod mpsc;
pub mod oneshot;
pub mod watch;

use std::cell::RefCell;
use std::task::{Context, Waker};

/// Tasks that wait for something to change.
#[derive(Default)]
struct Waiting(RefCell<Vec<Waker>>);

impl Waiting {
    fn wait(&self, cx: &Context<'_>) {
        let mut wakers = self.0.borrow_mut();
        if !wakers.iter().any(|waker| waker.will_wake(cx.waker())) {
            wakers.push(cx.waker().clone());
        }
    }

    fn wake(&self) {
        // What is woken may come back at once.
        let wakers = self.0.take();
        wakers.into_iter().for_each(Waker::wake);
    }
}

/// The other end is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;
