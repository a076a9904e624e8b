//! The class itself.

use std::cell::{Cell, RefCell};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;

use futures_util::future::{Either, select};
use js_sys::{Function, JSON, Promise};
use sync_core::json::{self, ToJson};
use sync_core::{Actor, Class, DeviceKind, RecordId, Verified};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::convert::{from_js, to_js};
use super::domain::SchemaOnly;
use super::error::ErrorShape;
use super::steps::take;
use super::types::{
    AttentionEntry, Change, Doc, Mutation, OpenOptions, Query, QueryResult, Recorded, Status,
};
use crate::platform::{self, Ask, TabLock, oneshot, watch};
use crate::storage::indexeddb::IndexedDb;
use crate::transport::{Method, WebTransport};
use crate::{Client, Config};

#[wasm_bindgen]
extern "C" {
    /// [`OpenOptions`] as JavaScript hands it over.
    #[wasm_bindgen(typescript_type = "OpenOptions")]
    pub type OpenOptionsArg;
    /// [`Mutation`] as JavaScript hands it over.
    #[wasm_bindgen(typescript_type = "Mutation")]
    pub type MutationArg;
    /// [`Query`] as JavaScript hands it over.
    #[wasm_bindgen(typescript_type = "Query")]
    pub type QueryArg;
    /// Who listens to a query.
    #[wasm_bindgen(typescript_type = "(result: QueryResult) => void")]
    pub type ResultListener;
    /// Who listens to the status.
    #[wasm_bindgen(typescript_type = "(status: Status) => void")]
    pub type StatusListener;
    /// Who listens to what changes.
    #[wasm_bindgen(typescript_type = "(change: Change) => void")]
    pub type ChangeListener;
    /// A [`Status`].
    #[wasm_bindgen(typescript_type = "Status")]
    pub type StatusAnswer;
    /// The attention list.
    #[wasm_bindgen(typescript_type = "AttentionEntry[]")]
    pub type AttentionAnswer;
}

/// One device's door to its store, in a browser.
#[wasm_bindgen(js_name = Client)]
pub struct JsClient {
    client: Client,
    /// Set once another tab has taken over.
    lost: watch::Receiver<bool>,
    end: RefCell<Option<oneshot::Sender<oneshot::Sender<()>>>>,
    subscriptions: Rc<RefCell<Vec<Subscription>>>,
    next: Cell<u32>,
}

/// A live query or a status listener; dropping it ends it.
struct Subscription {
    number: u32,
    _end: oneshot::Sender<()>,
}

#[wasm_bindgen(js_class = Client)]
impl JsClient {
    /// Opens the local databases and begins to sync. Rejects with `other_tab` where another tab of
    /// this browser has them open, unless it is to be taken over.
    #[wasm_bindgen(unchecked_return_type = "Promise<Client>")]
    pub fn open(options: OpenOptionsArg) -> Promise {
        promise(Self::opened(options))
    }

    /// A new id.
    #[wasm_bindgen(js_name = newId)]
    pub fn new_id() -> String {
        RecordId::new(platform::now(), platform::random()).to_string()
    }

    /// Records a mutation: when this resolves it is durable on this device and in the view.
    #[wasm_bindgen(unchecked_return_type = "Promise<Recorded>")]
    pub fn record(&self, mutation: MutationArg) -> Promise {
        let (client, allowed) = (self.client.clone(), self.check());
        promise(async move {
            allowed?;
            let mutation: Mutation = from_js(&mutation)?;
            let actor = Actor {
                user: mutation.user,
                verified: mutation.verified.unwrap_or(Verified::Host),
                approved_by: mutation.approved_by,
            };
            let steps = mutation.steps;
            let recorded = client.record(&mutation.name, actor, move |draft| {
                steps.into_iter().try_for_each(|step| take(draft, step))
            });
            let id = recorded.await.map_err(ErrorShape::from)?.id;
            to_js(&Recorded {
                device: id.device.to_string(),
                seq: id.seq.0,
            })
        })
    }

    /// One record, or `null`.
    #[wasm_bindgen(unchecked_return_type = "Promise<Doc | null>")]
    pub fn get(&self, collection: &str, id: &str) -> Promise {
        let id = id.parse().map_err(ErrorShape::from);
        let doc = id.map(|id| self.client.get(collection, id).map(Doc::from));
        settled(doc.and_then(|doc| to_js(&doc)))
    }

    /// One window of a query's matches.
    #[wasm_bindgen(unchecked_return_type = "Promise<QueryResult>")]
    pub fn query(&self, query: &QueryArg) -> Promise {
        let query = from_js(query).map(crate::Query::from as fn(Query) -> crate::Query);
        let result = query.map(|query| QueryResult::from(self.client.query(&query)));
        settled(result.and_then(|result| to_js(&result)))
    }

    /// Calls back with a query's result, at once and whenever it is another one. Returns what
    /// `unsubscribe` takes.
    pub fn subscribe(&self, query: &QueryArg, listener: ResultListener) -> Result<u32, JsValue> {
        let query: Query = from_js(query)?;
        let mut live = self.client.subscribe(query.into());
        let news = move || {
            live.evaluate()
                .map(|found| json::text(&QueryResult::from(found)))
        };
        Ok(self.follow(listener.unchecked_into(), Box::new(news)))
    }

    /// The status now.
    pub fn status(&self) -> Result<StatusAnswer, JsValue> {
        give(&status(&self.client, &self.lost))
    }

    /// Calls back with the status, at once and on every change. Returns what `unsubscribe` takes.
    #[wasm_bindgen(js_name = onStatus)]
    pub fn on_status(&self, listener: StatusListener) -> u32 {
        let listener: Function = listener.unchecked_into();
        let (client, lost) = (self.client.clone(), self.lost.clone());
        let mut told = String::new();
        let news = move || {
            let text = json::text(&status(&client, &lost));
            let new = text != told;
            told.clone_from(&text);
            new.then_some(text)
        };
        self.follow(listener, Box::new(news))
    }

    /// Calls back with the collections that changed and the mutations that ended, from now on.
    /// Returns what `unsubscribe` takes.
    #[wasm_bindgen(js_name = onChange)]
    pub fn on_change(&self, listener: ChangeListener) -> u32 {
        let mut changes = self.client.follow();
        let news = move || {
            changes
                .take()
                .map(|change| json::text(&Change::from(change)))
        };
        self.follow(listener.unchecked_into(), Box::new(news))
    }

    /// Asks a door of the master below `/v1/`, with this device's token: `POST` where there is a
    /// body, else `GET`. After a network error a `GET` is sent again, three times at most.
    #[wasm_bindgen(unchecked_return_type = "Promise<unknown>")]
    pub fn request(
        &self,
        path: String,
        #[wasm_bindgen(unchecked_param_type = "unknown")] body: JsValue,
    ) -> Promise {
        let client = self.client.clone();
        promise(async move {
            // The token is for the master alone: an address is nobody's to choose.
            if !path.starts_with("/v1/") {
                return Err(ErrorShape::malformed("a path begins with /v1/"));
            }
            let (method, body) = match body.is_undefined() {
                true => (Method::Get, None),
                false => (Method::Post, JSON::stringify(&body).ok().map(String::from)),
            };
            let answer = client.request(method, &path, body).await;
            let text = answer.map_err(ErrorShape::from)?.body;
            JSON::parse(&text).map_err(|_| ErrorShape::internal("an answer is no JSON"))
        })
    }

    /// Ends a live query or a listener.
    pub fn unsubscribe(&self, number: u32) {
        let mut subscriptions = self.subscriptions.borrow_mut();
        subscriptions.retain(|other| other.number != number);
    }

    /// The rejected mutations nobody has dismissed, oldest first.
    pub fn attention(&self) -> Result<AttentionAnswer, JsValue> {
        let entries = self.client.attention().into_iter();
        let list: Vec<AttentionEntry> = entries
            .map(|entry| AttentionEntry {
                device: entry.id.device.to_string(),
                seq: entry.id.seq.0,
                recorded_at: entry.recorded_at,
                code: entry.refusal.code,
                reason: entry.refusal.message,
                body: entry.envelope.body.get().to_owned(),
            })
            .collect();
        give(&list)
    }

    /// Takes an entry off the attention list, for good.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn dismiss(&self, device: &str, seq: f64) -> Promise {
        let client = self.client.clone();
        let mut ids = client.attention().into_iter().map(|entry| entry.id);
        let id = ids.find(|id| id.device.to_string() == device && id.seq.0 == seq as u64);
        promise(async move {
            if let Some(id) = id {
                client.dismiss(id).await.map_err(ErrorShape::from)?;
            }
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Tries to connect at once, whatever the backoff says.
    #[wasm_bindgen(js_name = retryNow)]
    pub fn retry_now(&self) {
        self.client.retry_now();
    }

    /// Joins a store with a one-time code.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn enroll(&self, code: String, device_name: String) -> Promise {
        let client = self.client.clone();
        promise(async move {
            let joined = client.enroll(&code, &device_name).await;
            joined.map_err(ErrorShape::from)?;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Ends the work and gives the databases back. What is recorded stays recorded.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn close(&self) -> Promise {
        self.subscriptions.borrow_mut().clear();
        let end = self.end.borrow_mut().take();
        let (closed, done) = oneshot::channel();
        let ending = end.is_some_and(|end| end.send(closed).is_ok());
        promise(async move {
            if ending {
                let _ = done.await;
            }
            Ok(JsValue::UNDEFINED)
        })
    }
}

impl JsClient {
    async fn opened(options: OpenOptionsArg) -> Result<JsValue, ErrorShape> {
        let options: OpenOptions = from_js(&options)?;
        let name = options.name.unwrap_or_else(|| "tillsync".to_owned());
        let ask = match options.take_over {
            true => Ask::Steal,
            false => Ask::IfFree,
        };
        let lock = TabLock::ask(&format!("tillsync:{name}"), ask).await;
        let lock = lock.ok_or_else(other_tab)?;
        let storage = IndexedDb::open(&name).await;
        let storage = storage.map_err(crate::OpenError::Storage)?;
        let defaults = Config::default();
        let config = Config {
            device_name: options.device_name.unwrap_or(defaults.device_name),
            device_kind: options.device_kind.unwrap_or(DeviceKind::Terminal),
            app: options.app.unwrap_or(defaults.app),
            ..Config::default()
        };
        let domain = Arc::new(SchemaOnly(options.schema));
        let transport = WebTransport::new(&options.url);
        let client = Client::open(config, domain, storage, transport).await?;
        let (end, ended) = oneshot::channel();
        let (tell, lost) = watch::channel(false);
        platform::spawn(hold(lock, client.clone(), tell, ended));
        let opened = Self {
            client,
            lost,
            end: RefCell::new(Some(end)),
            subscriptions: Rc::default(),
            next: Cell::new(1),
        };
        Ok(opened.into())
    }

    fn check(&self) -> Result<(), ErrorShape> {
        if *self.lost.borrow() {
            return Err(other_tab());
        }
        Ok(())
    }

    /// Calls back with what there is to say, now and whenever anything is another one, until it is
    /// unsubscribed. One loop for all kinds of news, so that it is downloaded once.
    fn follow(&self, listener: Function, mut news: Box<dyn FnMut() -> Option<String>>) -> u32 {
        let number = self.next.get();
        self.next.set(number + 1);
        let (end, mut ended) = oneshot::channel();
        let subscription = Subscription { number, _end: end };
        self.subscriptions.borrow_mut().push(subscription);
        let (client, mut lost) = (self.client.clone(), self.lost.clone());
        let (mut view, mut status) = (client.changes(), client.status());
        platform::spawn(async move {
            loop {
                if let Some(Ok(value)) = news().map(|text| JSON::parse(&text)) {
                    // A listener that throws harms nobody else.
                    let _ = listener.call1(&JsValue::UNDEFINED, &value);
                }
                if client.is_closed() {
                    return;
                }
                let (view, status) = (pin!(view.changed()), pin!(status.changed()));
                let lost = pin!(lost.changed());
                let woken = select(select(view, status), lost);
                if let Either::Right(_) = select(woken, &mut ended).await {
                    return;
                }
            }
        });
        number
    }
}

fn status(client: &Client, lost: &watch::Receiver<bool>) -> Status {
    match *lost.borrow() {
        true => Status::other_tab(),
        false => Status::from(&*client.status().borrow()),
    }
}

/// Keeps the lock for as long as the client works.
async fn hold(
    lock: TabLock,
    client: Client,
    tell: watch::Sender<bool>,
    ended: oneshot::Receiver<oneshot::Sender<()>>,
) {
    let closed = match select(pin!(lock.lost()), ended).await {
        Either::Left(_) => {
            tell.send_replace(true);
            None
        }
        Either::Right((closed, _)) => closed.ok(),
    };
    client.close().await;
    drop(lock);
    if let Some(closed) = closed {
        let _ = closed.send(());
    }
}

/// Runs a method's work as a promise, all of them through one door.
fn promise(work: impl Future<Output = Result<JsValue, ErrorShape>> + 'static) -> Promise {
    let work: Pin<Box<dyn Future<Output = Result<JsValue, ErrorShape>>>> = Box::pin(work);
    future_to_promise(async move { Ok(work.await?) })
}

fn settled(result: Result<JsValue, ErrorShape>) -> Promise {
    match result {
        Ok(value) => Promise::resolve(&value),
        Err(error) => Promise::reject(&error.into()),
    }
}

fn give<A: JsCast>(value: &dyn ToJson) -> Result<A, JsValue> {
    Ok(to_js(value)?.unchecked_into())
}

fn other_tab() -> ErrorShape {
    let message = "another tab of this browser has this store open";
    ErrorShape::new("other_tab", Class::Wait, message)
}
