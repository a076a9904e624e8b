//! IndexedDB through web-sys: the one place that asks for durable transactions.
//!
//! rexie has no door for `durability: "strict"`, hides why a transaction was aborted, and deletes
//! every object store that a version does not name again. So what must never be lost goes through
//! this file: opening, one strict transaction, its requests, and its `complete` event. A write has
//! happened when that event has fired, and not before.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Object, Reflect};
use tokio::sync::oneshot;
use wasm_bindgen::prelude::*;
use web_sys::{
    DomException, IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbRequest,
    IdbRequestReadyState, IdbTransaction,
};

use super::failure::Failure;

#[wasm_bindgen]
extern "C" {
    /// web-sys has the options of a transaction behind an unstable flag of the whole build.
    #[wasm_bindgen(js_name = IDBDatabase)]
    type WithOptions;

    #[wasm_bindgen(method, catch, js_name = transaction)]
    fn transaction(
        this: &WithOptions,
        stores: &JsValue,
        mode: &str,
        options: &JsValue,
    ) -> Result<IdbTransaction, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn commit(this: &WithOptions) -> Result<(), JsValue>;
}

/// An open database. Dropping it closes it.
pub(super) struct Handle {
    database: IdbDatabase,
    /// Set when the browser closed it on its own.
    closed: Rc<Cell<bool>>,
    _on_close: Listener,
    _on_version_change: Listener,
}

/// A running transaction; aborted when it is dropped before it has completed.
pub(super) struct Transaction {
    inner: IdbTransaction,
    done: Cell<bool>,
}

/// One object store inside a transaction.
pub(super) struct Store(IdbObjectStore);

/// A request that was issued; its answer may be waited for or not.
pub(super) struct Request(IdbRequest);

impl Handle {
    /// Opens a database whose structure is the named object stores and never changes.
    pub(super) async fn open(name: &str, stores: &'static [&'static str]) -> Result<Self, Failure> {
        let request = factory()?.open_with_u32(name, 1)?;
        let upgrade = {
            let request = request.clone();
            Listener::new(move || create(&request, stores))
        };
        request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
        let opened = opened(&request).await;
        request.set_onupgradeneeded(None);
        let database: IdbDatabase = opened?.unchecked_into();

        let closed = Rc::new(Cell::new(false));
        let on_close = {
            let closed = closed.clone();
            Listener::new(move || closed.set(true))
        };
        database.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        let on_version_change = {
            // Somebody wants to delete or upgrade it: an open handle would block them for ever.
            let (closed, database) = (closed.clone(), database.clone());
            Listener::new(move || {
                closed.set(true);
                database.close();
            })
        };
        database.set_onversionchange(Some(on_version_change.as_ref().unchecked_ref()));
        Ok(Self {
            database,
            closed,
            _on_close: on_close,
            _on_version_change: on_version_change,
        })
    }

    /// Whether the browser has closed it meanwhile.
    pub(super) fn is_closed(&self) -> bool {
        self.closed.get()
    }

    /// Begins a transaction that only reads.
    pub(super) fn read(&self, stores: &[&str]) -> Result<Transaction, Failure> {
        self.begin(stores, "readonly", &JsValue::UNDEFINED)
    }

    /// Begins a transaction that is on the disk when it completes.
    pub(super) fn write_strict(&self, stores: &[&str]) -> Result<Transaction, Failure> {
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into())?;
        self.begin(stores, "readwrite", &options)
    }

    fn begin(
        &self,
        stores: &[&str],
        mode: &str,
        options: &JsValue,
    ) -> Result<Transaction, Failure> {
        if self.is_closed() {
            return Err(Failure::Lost("the browser closed the database".to_owned()));
        }
        let stores: Array = stores.iter().map(|&name| JsValue::from(name)).collect();
        let inner = self
            .database
            .unchecked_ref::<WithOptions>()
            .transaction(&stores, mode, options)?;
        Ok(Transaction {
            inner,
            done: Cell::new(false),
        })
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.database.set_onclose(None);
        self.database.set_onversionchange(None);
        self.database.close();
    }
}

impl Transaction {
    /// One of the stores the transaction was begun with.
    pub(super) fn store(&self, name: &str) -> Result<Store, Failure> {
        Ok(Store(self.inner.object_store(name)?))
    }

    /// Commits and waits for the `complete` event.
    pub(super) async fn complete(self) -> Result<(), Failure> {
        let (send, receive) = oneshot::channel();
        let (on_complete, on_abort) = pair(send);
        self.inner
            .set_oncomplete(Some(on_complete.as_ref().unchecked_ref()));
        self.inner
            .set_onabort(Some(on_abort.as_ref().unchecked_ref()));
        // An old browser without `commit` commits by itself once no request is left.
        let _ = self.inner.unchecked_ref::<WithOptions>().commit();
        let completed = receive.await.unwrap_or(false);
        self.inner.set_oncomplete(None);
        self.inner.set_onabort(None);
        self.done.set(true);
        if completed {
            return Ok(());
        }
        Err(why(self.inner.error()))
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if !self.done.get() {
            // Fails when it has ended already, which is as good.
            let _ = self.inner.abort();
        }
    }
}

impl Store {
    /// Writes a value, or replaces the one under that key.
    pub(super) fn put(&self, key: &JsValue, value: &JsValue) -> Result<(), Failure> {
        self.0.put_with_key(value, key)?;
        Ok(())
    }

    /// Removes a key or a range of keys.
    pub(super) fn delete(&self, key: &JsValue) -> Result<(), Failure> {
        self.0.delete(key)?;
        Ok(())
    }

    /// Asks for one value.
    pub(super) fn get(&self, key: &JsValue) -> Result<Request, Failure> {
        Ok(Request(self.0.get(key)?))
    }

    /// Asks for the values of a range of keys, in their order.
    pub(super) fn all(&self, range: &JsValue, limit: u32) -> Result<Request, Failure> {
        Ok(Request(self.0.get_all_with_key_and_limit(range, limit)?))
    }

    /// Asks for the keys of a range, in their order.
    pub(super) fn keys(&self, range: &JsValue) -> Result<Request, Failure> {
        Ok(Request(self.0.get_all_keys_with_key(range)?))
    }
}

impl Request {
    /// Waits for the answer. Nothing but requests of the same transaction may be awaited between.
    pub(super) async fn answer(self) -> Result<JsValue, Failure> {
        answer(&self.0).await
    }
}

/// Removes a database and all that is in it.
pub(super) async fn delete_database(name: &str) -> Result<(), Failure> {
    let request = factory()?.delete_database(name)?;
    answer(&request).await.map(|_| ())
}

fn factory() -> Result<IdbFactory, Failure> {
    let factory = Reflect::get(&js_sys::global(), &"indexedDB".into())?;
    factory
        .dyn_into()
        .map_err(|_| Failure::Refused("this browser offers no IndexedDB here".to_owned()))
}

fn create(request: &IdbOpenDbRequest, stores: &[&str]) {
    let Ok(database) = request.result() else {
        return;
    };
    let database: IdbDatabase = database.unchecked_into();
    for name in stores {
        // A store that cannot be created makes the first transaction on it fail, which is typed.
        let _ = database.create_object_store(name);
    }
}

async fn opened(request: &IdbOpenDbRequest) -> Result<JsValue, Failure> {
    answer(request).await.map_err(|failure| match failure {
        // Whatever keeps it from opening, there is no handle: private mode, policy, a broken file.
        Failure::Lost(why) => Failure::Refused(why),
        other => other,
    })
}

async fn answer(request: &IdbRequest) -> Result<JsValue, Failure> {
    if request.ready_state() == IdbRequestReadyState::Done {
        return Ok(request.result()?);
    }
    let (send, receive) = oneshot::channel();
    let (on_success, on_error) = pair(send);
    request.set_onsuccess(Some(on_success.as_ref().unchecked_ref()));
    request.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    let succeeded = receive.await.unwrap_or(false);
    request.set_onsuccess(None);
    request.set_onerror(None);
    if succeeded {
        return Ok(request.result()?);
    }
    Err(why(request.error().ok().flatten()))
}

type Listener = Closure<dyn FnMut()>;

/// Two listeners of which one will be called, once.
fn pair(send: oneshot::Sender<bool>) -> (Listener, Listener) {
    let send = Rc::new(Cell::new(Some(send)));
    let listener = |good: bool| {
        let send = send.clone();
        Listener::new(move || {
            if let Some(send) = send.take() {
                // Nobody waits any more when the future was dropped.
                let _ = send.send(good);
            }
        })
    };
    (listener(true), listener(false))
}

fn why(error: Option<DomException>) -> Failure {
    error.map_or_else(
        || Failure::Lost("the browser gave no reason".to_owned()),
        |error| Failure::from(JsValue::from(error)),
    )
}
