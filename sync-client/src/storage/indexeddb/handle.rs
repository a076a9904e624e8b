//! IndexedDB through web-sys: the one place that asks for durable transactions.
//!
//! rexie has no door for `durability: "strict"`, hides why a transaction was aborted, and deletes
//! every object store that a version does not name again. So what must never be lost goes through
//! this file: opening, one strict transaction, its requests, and its `complete` event. A write has
//! happened when that event has fired, and not before.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction,
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
///
/// Requests are issued in a row and waited for together, and whoever waits is told what went wrong
/// with any of them: that is quick in a browser and little code.
pub(super) struct Transaction {
    inner: IdbTransaction,
    /// What went wrong first. Nothing is asked any more then.
    failed: RefCell<Option<Failure>>,
    /// The last request nobody has waited for. Those before it are answered before it.
    last: RefCell<Option<IdbRequest>>,
    done: Cell<bool>,
}

/// The answer to a request, there once the transaction has [`answered`](Transaction::answered).
pub(super) struct Answer(Option<IdbRequest>);

impl Handle {
    /// Opens a database whose structure is the named object stores and never changes.
    pub(super) async fn open(name: &str, stores: &'static [&'static str]) -> Result<Self, Failure> {
        let request = factory()?.open_with_u32(name, 1)?;
        let upgrade = {
            let request = request.clone();
            Listener::new(move || create(&request, stores))
        };
        request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
        let opened = settled(&request).await;
        request.set_onupgradeneeded(None);
        opened.map_err(|failure| match failure {
            // Whatever keeps it from opening, there is no handle: private mode, policy, a broken file.
            Failure::Lost(why) => Failure::Refused(why),
            other => other,
        })?;
        let database: IdbDatabase = request.result()?.unchecked_into();

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
            failed: RefCell::default(),
            last: RefCell::default(),
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
    /// Writes a value, or replaces the one under that key.
    pub(super) fn put(&self, store: &str, key: &JsValue, value: &JsValue) {
        self.ask(store, &|store| store.put_with_key(value, key));
    }

    /// Removes a key or a range of keys.
    pub(super) fn delete(&self, store: &str, key: &JsValue) {
        self.ask(store, &|store| store.delete(key));
    }

    /// Asks for one value.
    pub(super) fn get(&self, store: &str, key: &JsValue) -> Answer {
        self.ask(store, &|store| store.get(key))
    }

    /// Asks for the values of a range of keys, in their order.
    pub(super) fn all(&self, store: &str, range: &JsValue, limit: u32) -> Answer {
        self.ask(store, &|store| {
            store.get_all_with_key_and_limit(range, limit)
        })
    }

    /// Asks for the keys of a range, in their order.
    pub(super) fn keys(&self, store: &str, range: &JsValue) -> Answer {
        self.ask(store, &|store| store.get_all_keys_with_key(range))
    }

    /// Takes the transaction back, for a reason that whoever waits is told.
    pub(super) fn fail(&self, failure: Failure) {
        self.failed.borrow_mut().get_or_insert(failure);
    }

    /// Waits until everything that was asked for is there. Nothing else may be awaited while the
    /// transaction runs.
    pub(super) async fn answered(&self) -> Result<(), Failure> {
        if let Some(failure) = self.failed.take() {
            return Err(failure);
        }
        let Some(last) = self.last.take() else {
            return Ok(());
        };
        let answered = settled(&last).await;
        // What fails first takes the others with it, and they know nothing but that.
        answered.map_err(|failure| match self.inner.error() {
            Some(error) => Failure::from(JsValue::from(error)),
            None => failure,
        })
    }

    /// Commits and waits for the `complete` event.
    pub(super) async fn complete(self) -> Result<(), Failure> {
        if let Some(failure) = self.failed.take() {
            return Err(failure);
        }
        let ended = first_of(&mut |complete, abort| {
            self.inner.set_oncomplete(Some(complete));
            self.inner.set_onabort(Some(abort));
        });
        // An old browser without `commit` commits by itself once no request is left.
        let _ = self.inner.unchecked_ref::<WithOptions>().commit();
        let ended = ended.await;
        self.done.set(true);
        ended.map(|_| ()).map_err(|event| why(&event))
    }

    fn ask(
        &self,
        store: &str,
        ask: &dyn Fn(&IdbObjectStore) -> Result<IdbRequest, JsValue>,
    ) -> Answer {
        if self.failed.borrow().is_some() {
            return Answer(None);
        }
        match self.inner.object_store(store).and_then(|store| ask(&store)) {
            Ok(request) => {
                self.last.replace(Some(request.clone()));
                Answer(Some(request))
            }
            Err(thrown) => {
                self.fail(thrown.into());
                Answer(None)
            }
        }
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

impl Answer {
    /// What the browser answered; undefined where there is nothing.
    pub(super) fn value(&self) -> JsValue {
        let value = self.0.as_ref().and_then(|request| request.result().ok());
        value.unwrap_or_default()
    }

    /// The text that the browser answered with.
    pub(super) fn text(&self) -> Option<String> {
        self.value().as_string()
    }

    /// The list that the browser answered with.
    pub(super) fn list(&self) -> Array {
        Array::from(&self.value())
    }

    /// The list of texts that the browser answered with.
    pub(super) fn texts(&self) -> Vec<String> {
        let list = self.list().into_iter();
        list.map(|value| value.as_string().unwrap_or_default())
            .collect()
    }
}

/// Removes a database and all that is in it.
pub(super) async fn delete_database(name: &str) -> Result<(), Failure> {
    let request = factory()?.delete_database(name)?;
    settled(&request).await
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

/// Waits for the answer to a request that was issued just now.
async fn settled(request: &IdbRequest) -> Result<(), Failure> {
    let answered = first_of(&mut |success, error| {
        request.set_onsuccess(Some(success));
        request.set_onerror(Some(error));
    });
    answered.await.map(|_| ()).map_err(|event| why(&event))
}

type Listener = Closure<dyn FnMut()>;

/// The first of two events: a good one, or as an error the other one.
fn first_of(listen: &mut dyn FnMut(&Function, &Function)) -> JsFuture {
    Promise::new(&mut |good, bad| listen(&good, &bad)).into()
}

/// The reason that the target of an event gives.
fn why(event: &JsValue) -> Failure {
    let error = Reflect::get(event, &"target".into())
        .and_then(|target| Reflect::get(&target, &"error".into()));
    match error {
        Ok(error) if !error.is_null() => Failure::from(error),
        _ => Failure::Lost("the browser gave no reason".to_owned()),
    }
}
