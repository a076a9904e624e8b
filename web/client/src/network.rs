//! What the browser says of the network.

use std::rc::Rc;

use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;

use crate::tabs::is_loopback;
use crate::till::Till;

/// Follows the browser for as long as the module lives.
pub(crate) fn follow(till: &Rc<Till>) {
    for (event, available) in [("online", true), ("offline", false)] {
        let weak = Rc::downgrade(till);
        let listener = Closure::<dyn FnMut()>::new(move || {
            let Some(till) = weak.upgrade() else {
                return;
            };
            let Ok(client) = till.client() else {
                return;
            };
            // A master on this very machine is there whatever the network does.
            if is_loopback(&till.url) {
                client.wake();
            } else {
                client.set_network(available);
            }
        });
        let global = js_sys::global();
        if let Ok(add) = Reflect::get(&global, &"addEventListener".into())
            && let Some(add) = add.dyn_ref::<Function>()
        {
            // Without it the heartbeat finds out, a little later.
            let _ = add.call2(&global, &event.into(), listener.as_ref());
        }
        listener.forget();
    }
}
