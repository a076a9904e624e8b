//! What the browser says of the network.

use std::rc::Rc;

use js_sys::{Function, Reflect};
use till::{Host, Work, is_loopback};
use wasm_bindgen::prelude::*;

use crate::tabs::Tabs;

/// Follows the browser for as long as the module lives.
pub(crate) fn follow(tabs: &Rc<Tabs>) {
    for (event, available) in [("online", true), ("offline", false)] {
        let weak = Rc::downgrade(tabs);
        let listener = Closure::<dyn FnMut()>::new(move || {
            let Some(tabs) = weak.upgrade() else {
                return;
            };
            let Work::Active(client) = tabs.work().borrow().clone() else {
                return;
            };
            // A master on this very machine is there whatever the network does.
            if is_loopback(&tabs.master()) {
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
