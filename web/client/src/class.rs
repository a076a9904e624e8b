//! The class that JavaScript sees. No logic: every method converts, asks, converts.
//!
//! Methods take `&self`, so that one call may begin while another waits; listeners are called in
//! tasks of their own.

mod catalogue;
mod inbox;
mod managing;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::Function;
use serde::{Deserialize, Serialize};
use sync_client::storage::MutationId;
use sync_client::{ConnectionState, SyncStatus};
use sync_core::Seq;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::error::TillError;
use crate::json::{from_js, to_js};
use crate::status::StatusView;
use crate::tabs::{Options, Tab, Tabs};
use crate::till::{Till, id};
use crate::tries::TriesDb;
use crate::{history, inspect, network, panic};

type Answer = Result<JsValue, JsValue>;

/// One till in a browser; see `backend.ts` for what each method means.
#[wasm_bindgen]
pub struct TillClient(Rc<Till>);

#[derive(Deserialize)]
struct OpenOptions {
    url: String,
    name: Option<String>,
    #[serde(rename = "deviceName")]
    device_name: Option<String>,
}

#[wasm_bindgen]
impl TillClient {
    /// Opens this till's database and begins to work, or waits for the tab that does.
    pub async fn open(options: JsValue) -> Result<TillClient, JsValue> {
        panic::install();
        let options: OpenOptions = from_js(&options)?;
        let name = options.name.unwrap_or_else(|| "tillsync".to_owned());
        let url = options.url.trim_end_matches('/').to_owned();
        let tabs = Tabs::new(Options {
            url: url.clone(),
            name: name.clone(),
            device_name: options.device_name.unwrap_or_else(|| "Browser".to_owned()),
        });
        let mut state = tabs.state();
        spawn_local(Rc::clone(&tabs).run());
        // The state's sender lives in `tabs`, which is held here: this cannot end early.
        let _ = state.wait_for(|tab| !matches!(tab, Tab::Opening)).await;
        let tries = TriesDb::new(&name);
        let log = history::kept(&tries).await;
        let till = Rc::new(Till {
            tabs,
            url,
            tries,
            session: RefCell::default(),
            lent: RefCell::default(),
            held_with: RefCell::default(),
            looked_up: RefCell::default(),
            log: RefCell::new(log),
            subscriptions: RefCell::new(BTreeMap::new()),
            next_subscription: Cell::new(1),
        });
        network::follow(&till);
        spawn_local(remember(Rc::clone(&till)));
        spawn_local(history::follow(Rc::clone(&till)));
        Ok(Self(till))
    }

    /// Ends the engine and frees the tab's lock.
    pub async fn close(&self) -> Result<(), JsValue> {
        self.0.subscriptions.borrow_mut().clear();
        let mut state = self.0.tabs.state();
        self.0.tabs.close();
        let _ = state.wait_for(|tab| matches!(tab, Tab::Closed)).await;
        Ok(())
    }

    /// The status now.
    pub async fn status(&self) -> Answer {
        give(&StatusView::of(&self.0.tabs.state().borrow()))
    }

    /// Calls back with the status, at once and on every change.
    #[wasm_bindgen(js_name = onStatus)]
    pub async fn on_status(&self, listener: Function) -> Answer {
        panic::tell(&listener);
        let (number, ended) = self.0.subscription();
        let till = Rc::clone(&self.0);
        spawn_local(async move {
            let told = std::pin::pin!(tell_status(till, listener));
            futures_util::future::select(told, ended).await;
        });
        give(&number)
    }

    /// Calls back with a query's result, at once and whenever it is another one.
    pub async fn subscribe(&self, query: JsValue, listener: Function) -> Answer {
        give(&self.0.subscribe(from_js(&query)?, listener)?)
    }

    /// Ends a live query or a status listener.
    pub async fn unsubscribe(&self, number: u32) -> Result<(), JsValue> {
        self.0.subscriptions.borrow_mut().remove(&number);
        Ok(())
    }

    /// One window of a query's matches.
    pub async fn query(&self, query: JsValue) -> Answer {
        give(&self.0.query(&from_js(&query)?)?)
    }

    /// One record, or `null`.
    pub async fn get(&self, collection: String, record: String) -> Answer {
        give(&self.0.get(&collection, id(&record)?)?)
    }

    /// The queue and what became of it.
    pub async fn outbox(&self) -> Answer {
        give(&self.0.outbox().await?)
    }

    /// The rejected mutations nobody dismissed.
    pub async fn attention(&self) -> Answer {
        give(&self.0.attention()?)
    }

    /// Takes an entry off the attention list.
    pub async fn dismiss(&self, device: String, seq: f64) -> Result<(), JsValue> {
        Ok(self.0.dismiss(mutation(&device, seq)?).await?)
    }

    /// Records a refused mutation again.
    pub async fn reissue(&self, device: String, seq: f64) -> Result<(), JsValue> {
        Ok(self.0.reissue(mutation(&device, seq)?).await?)
    }

    /// Tries to connect at once.
    #[wasm_bindgen(js_name = retryNow)]
    pub async fn retry_now(&self) -> Result<(), JsValue> {
        self.0.client()?.retry_now();
        Ok(())
    }

    /// The last frames.
    pub async fn frames(&self) -> Answer {
        give(&self.0.client()?.frames())
    }

    /// Where this device stands in the log.
    pub async fn position(&self) -> Answer {
        give(&self.0.position()?)
    }

    /// A text for support.
    pub async fn diagnostics(&self) -> Answer {
        give(&self.0.diagnostics().await?)
    }

    /// Joins a shop.
    pub async fn enroll(&self, code: String, device_name: String) -> Result<(), JsValue> {
        let client = self.0.client()?;
        Ok(client
            .enroll(&code, &device_name)
            .await
            .map_err(TillError::from)?)
    }

    /// Makes this tab the active one.
    #[wasm_bindgen(js_name = takeOver)]
    pub async fn take_over(&self) -> Result<(), JsValue> {
        let mut state = self.0.tabs.state();
        if matches!(&*state.borrow_and_update(), Tab::Active(_)) {
            return Ok(());
        }
        self.0.tabs.take_over();
        let _ = state.changed().await;
        let _ = state
            .wait_for(|tab| !matches!(tab, Tab::Waiting { .. }))
            .await;
        self.0.client()?;
        Ok(())
    }

    /// Says whether the device has a network.
    #[wasm_bindgen(js_name = setNetwork)]
    pub async fn set_network(&self, available: bool) -> Result<(), JsValue> {
        if let Ok(client) = self.0.client() {
            client.set_network(available);
        }
        Ok(())
    }

    /// Says whether people look at this page. Where they do, connection and storage are probed at
    /// once.
    #[wasm_bindgen(js_name = setVisible)]
    pub async fn set_visible(&self, visible: bool) -> Result<(), JsValue> {
        self.0.tabs.set_visible(visible);
        if let Ok(client) = self.0.client()
            && visible
        {
            client.wake();
        }
        Ok(())
    }

    /// What the shop is called and how it counts.
    pub async fn shop(&self) -> Answer {
        give(&inspect::shop_info(&self.0)?)
    }

    /// The tiles of the login screen.
    #[wasm_bindgen(js_name = loginUsers)]
    pub async fn login_users(&self) -> Answer {
        give(&self.0.login_users().await?)
    }

    /// Logs somebody in.
    pub async fn login(&self, employee: String, pin: String) -> Answer {
        give(&self.0.login(&employee, &pin).await?)
    }

    /// Logs out, or locks.
    pub async fn logout(&self) -> Result<(), JsValue> {
        self.0.session.replace(None);
        Ok(())
    }

    /// Checks the PIN of somebody who lends a permission.
    #[wasm_bindgen(js_name = verifyOverride)]
    pub async fn verify_override(
        &self,
        employee: String,
        pin: String,
        permission: JsValue,
    ) -> Answer {
        let permission = from_js(&permission)?;
        give(&self.0.verify_override(&employee, &pin, permission).await?)
    }

    /// What a role may do.
    pub async fn permissions(&self, role: JsValue) -> Answer {
        give(&from_js::<retail::Role>(&role)?.permissions())
    }

    /// What a code stands for.
    pub async fn scan(&self, text: String) -> Answer {
        give(&self.0.scan(&text)?)
    }

    /// What a cart costs.
    #[wasm_bindgen(js_name = priceCart)]
    pub async fn price_cart(&self, cart: JsValue) -> Answer {
        give(&self.0.price_cart(&from_js(&cart)?)?)
    }

    /// Where a split payment stands.
    pub async fn settle(&self, cart: JsValue, payments: JsValue) -> Answer {
        let payments: Vec<_> = from_js(&payments)?;
        give(&self.0.settle(&from_js(&cart)?, &payments)?)
    }

    /// Records a sale.
    #[wasm_bindgen(js_name = completeSale)]
    pub async fn complete_sale(&self, cart: JsValue, payments: JsValue) -> Answer {
        give(
            &self
                .0
                .complete_sale(&from_js(&cart)?, from_js(&payments)?)
                .await?,
        )
    }

    /// Holds what is in a cart while it is paid, and names what another till holds.
    pub async fn reserve(&self, cart: JsValue) -> Answer {
        give(&self.0.reserve(&from_js(&cart)?).await?)
    }

    /// Lets go of what a cart holds.
    pub async fn release(&self, cart: String) -> Result<(), JsValue> {
        Ok(self.0.release(id(&cart)?).await?)
    }

    /// Puts a cart aside.
    #[wasm_bindgen(js_name = holdSale)]
    pub async fn hold_sale(&self, cart: JsValue, label: String) -> Answer {
        give(&self.0.hold_sale(from_js(&cart)?, label).await?)
    }

    /// The cart of a held sale, which stays held until it is dropped.
    #[wasm_bindgen(js_name = heldCart)]
    pub async fn held_cart(&self, held: String) -> Answer {
        give(&self.0.held_cart(id(&held)?)?)
    }

    /// Ends a held sale.
    #[wasm_bindgen(js_name = dropHeld)]
    pub async fn drop_held(&self, held: String) -> Result<(), JsValue> {
        Ok(self.0.drop_held(id(&held)?).await?)
    }

    /// The receipt of a sale or a refund.
    pub async fn receipt(&self, record: String) -> Answer {
        give(&self.0.receipt(id(&record)?)?)
    }

    /// What is left to refund of a sale.
    pub async fn refundable(&self, sale: String) -> Answer {
        give(&self.0.refundable(id(&sale)?)?)
    }

    /// What a refund comes to.
    #[wasm_bindgen(js_name = quoteRefund)]
    pub async fn quote_refund(&self, input: JsValue) -> Answer {
        give(&self.0.quote_refund(&from_js(&input)?)?)
    }

    /// Records a refund.
    pub async fn refund(&self, input: JsValue) -> Answer {
        give(&self.0.refund(&from_js(&input)?).await?)
    }
}

fn give<T: Serialize>(value: &T) -> Answer {
    Ok(to_js(value)?)
}

/// Calls back on every change of the tab's state or of its client's status.
async fn tell_status(till: Rc<Till>, listener: Function) {
    let mut tab = till.tabs.state();
    loop {
        let now = tab.borrow_and_update().clone();
        let mut status = match &now {
            Tab::Active(client) => Some(client.status()),
            _ => None,
        };
        if let Some(status) = &mut status {
            status.mark_unchanged();
        }
        if let Ok(value) = to_js(&StatusView::of(&now)) {
            let _ = listener.call1(&JsValue::UNDEFINED, &value);
        }
        let tab_changed = std::pin::pin!(tab.changed());
        let gone = match &mut status {
            Some(status) => {
                let status_changed = std::pin::pin!(status.changed());
                futures_util::future::select(tab_changed, status_changed).await;
                false
            }
            None => tab_changed.await.is_err(),
        };
        if gone || matches!(now, Tab::Closed) {
            return;
        }
    }
}

/// Remembers across reloads when the master was last reached.
async fn remember(till: Rc<Till>) {
    let mut tab = till.tabs.state();
    loop {
        let now = tab.borrow_and_update().clone();
        if let Tab::Active(client) = &now {
            let mut status = client.status();
            let online = |status: &SyncStatus| {
                matches!(status.connection, ConnectionState::Online)
                    && status.last_synced_at.is_some()
            };
            if let Ok(reached) = status
                .wait_for(online)
                .await
                .map(|status| status.last_synced_at)
                && let Some(at) = reached
            {
                till.remember_reached(at).await;
            }
        }
        if tab.changed().await.is_err() || matches!(now, Tab::Closed) {
            return;
        }
    }
}

/// The number of a mutation counts within the identity it was recorded under.
fn mutation(device: &str, seq: f64) -> Result<MutationId, TillError> {
    Ok(MutationId {
        device: device.parse()?,
        seq: Seq(seq as u64),
    })
}
