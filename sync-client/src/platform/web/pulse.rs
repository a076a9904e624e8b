//! Whether the tab that works is still alive: asked and answered between tabs.
//!
//! The answer comes from a listener, not from a timer: browsers slow the timers of a hidden tab down
//! to one a minute, and such a tab works all the same. A frozen one, or one whose engine is stuck,
//! answers nothing.

use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;

use futures_util::future::{Either, select};
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

use super::{sleep, watch};

// `npm/src/tabs.js` speaks to the same tabs; a test holds both to the same words.
const ASKED: &str = "alive?";
const ANSWERED: &str = "alive";
/// Questions without an answer after which a tab counts as gone.
const MISSES: u32 = 5;

/// Answers the other tabs for as long as it is held.
pub struct Pulse {
    _channel: Channel,
}

struct Channel {
    channel: BroadcastChannel,
    _listener: Closure<dyn FnMut(MessageEvent)>,
}

impl Pulse {
    /// How often a tab that waits asks the one that works whether it is alive, in milliseconds.
    pub const ASK_EVERY: u64 = 2_000;

    /// Answers for the tab that works under a name. Absent where the browser has no such channel.
    pub fn answer(name: &str) -> Option<Self> {
        let channel = Channel::open(name, |channel, text| {
            if text == ASKED {
                // Nobody to hear it is no error.
                let _ = channel.post_message(&ANSWERED.into());
            }
        });
        channel.map(|_channel| Self { _channel })
    }

    /// Waits until the tab that works under a name has answered nothing for so long that it counts
    /// as gone. Asks every so many milliseconds (an answer takes one or two), and only while people
    /// look at this tab: taking over unseen would help nobody.
    pub async fn silent(name: &str, mut visible: watch::Receiver<bool>, every: u64) {
        let heard = Rc::new(Cell::new(false));
        let tell = Rc::clone(&heard);
        let channel = Channel::open(name, move |_, text| {
            tell.set(tell.get() || text == ANSWERED);
        });
        let Some(channel) = channel else {
            return std::future::pending().await;
        };
        let mut missed = 0;
        while missed < MISSES {
            if visible.wait_for(|visible| *visible).await.is_err() {
                return std::future::pending().await;
            }
            heard.set(false);
            let _ = channel.channel.post_message(&ASKED.into());
            let hidden = pin!(visible.wait_for(|visible| !*visible));
            match select(pin!(sleep(every)), hidden).await {
                Either::Left(_) if !heard.get() => missed += 1,
                _ => missed = 0,
            }
        }
    }
}

impl Channel {
    fn open(name: &str, mut hear: impl FnMut(&BroadcastChannel, &str) + 'static) -> Option<Self> {
        let channel = BroadcastChannel::new(name).ok()?;
        let own = channel.clone();
        let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            hear(&own, &event.data().as_string().unwrap_or_default());
        });
        channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        Some(Self {
            channel,
            _listener: listener,
        })
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}
