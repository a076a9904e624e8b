//! The class that JavaScript sees. No logic: it hands calls on and listens in tasks of their own.

use std::rc::Rc;

use js_sys::{Function, JSON};
use till::{Till, TillError};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::kept::KeptDb;
use crate::tabs::{Options, Tabs};
use crate::{json, network};

/// One till in a browser; see `backend.ts` for what each method means.
#[wasm_bindgen]
pub struct TillClient(Rc<Till>);

#[wasm_bindgen]
impl TillClient {
    /// Opens this till's database and begins to work, or waits for the tab that does.
    pub async fn open(
        url: String,
        name: Option<String>,
        device_name: Option<String>,
    ) -> TillClient {
        console_error_panic_hook::set_once();
        let name = name.unwrap_or_else(|| "tillsync".to_owned());
        let tabs = Tabs::new(Options {
            url: url.trim_end_matches('/').to_owned(),
            device_name: device_name.unwrap_or_else(|| "Browser".to_owned()),
            kept: KeptDb::new(&name),
            name,
        });
        spawn_local(Rc::clone(&tabs).run());
        network::follow(&tabs);
        let till = Rc::new(Till::open(tabs).await);
        let running = Rc::clone(&till);
        spawn_local(async move { running.run().await });
        Self(till)
    }

    /// The same till for another tab of this browser, with a person of its own.
    #[wasm_bindgen(js_name = forTab)]
    pub fn for_tab(&self) -> TillClient {
        Self(Rc::new(self.0.beside()))
    }

    /// Ends what such a tab listens to; the engine goes on.
    pub fn leave(&self) {
        self.0.leave();
    }

    /// Logs somebody in again who gave their PIN in this very tab, to an engine that has ended since.
    #[wasm_bindgen(js_name = goOn)]
    pub fn go_on(&self, employee: &str) -> Result<(), JsValue> {
        self.0.go_on(employee).map_err(thrown)
    }

    /// Answers a method of `SyncBackend`, by its name and a list of its arguments.
    pub async fn call(&self, method: String, args: JsValue) -> Result<JsValue, JsValue> {
        let answer = match arguments(&args) {
            Ok(args) => self.0.call(&method, &args).await,
            Err(error) => Err(error),
        };
        answer.and_then(|text| json::parse(&text)).map_err(thrown)
    }

    /// Calls back as a method of `SyncBackend` does, in a task of its own; gives the number that
    /// `unsubscribe` takes.
    pub fn listen(&self, method: &str, args: &JsValue, listener: Function) -> Result<u32, JsValue> {
        let listening = arguments(args).and_then(|args| self.0.listen(method, &args));
        let mut listening = listening.map_err(thrown)?;
        let number = listening.number();
        spawn_local(async move {
            while let Some(told) = listening.next().await {
                if let Ok(value) = told.and_then(|text| json::parse(&text)) {
                    let _ = listener.call1(&JsValue::UNDEFINED, &value);
                }
            }
        });
        Ok(number)
    }
}

fn arguments(args: &JsValue) -> Result<String, TillError> {
    let text = JSON::stringify(args).ok().and_then(|text| text.as_string());
    text.ok_or_else(|| TillError::invalid("malformed", "The arguments are no JSON."))
}

fn thrown(error: TillError) -> JsValue {
    json::to_js(&error).unwrap_or_else(|_| error.message.into())
}
