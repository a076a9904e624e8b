use std::sync::Arc;

use sync_core::json::{self, FromJson};
use sync_core::{
    Actor, Change, Cursor, Domain, Fetch, Fetched, RecordId, Records, Reserve, Reserved, Seq, Sums,
    Value,
};

use crate::draft::{BuildFn, Draft};
use crate::driver::{Command, Driver};
use crate::platform::{self, MaybeSend, mpsc, oneshot, watch};
use crate::shared::Shared;
use crate::storage::{Attention, MutationId, OutboxRow, Storage};
use crate::transport::{Method, Response, Transport};
use crate::{
    Changes, ClientError, Config, Doc, Events, FrameEntry, LiveQuery, OpenError, Query,
    QueryResult, RecordError, SyncPosition, SyncStatus,
};

/// One device's door to its store. Cheap to clone; every clone is the same client.
///
/// Reads come from memory and never wait. Dropping the last clone ends the work like
/// [`Client::close`], without waiting for it; either way nothing recorded is lost.
///
/// # Examples
/// A till that joins a store, loses its master, and goes on:
/// ```
/// use std::sync::Arc;
///
/// use sync_client::storage::memory::MemoryStorage;
/// use sync_client::transport::fake::FakeTransport;
/// use sync_client::{Client, Config, Enrolment, Query};
/// use sync_core::{Actor, Document, RecordId, Verified};
/// # use sync_core::*;
/// # struct Notes(Schema);
/// # impl Notes {
/// #     fn new() -> Self {
/// #         let text = Field { kind: FieldType::Text, required: true, projected: false, policy: Policy::Manual };
/// #         let notes = Collection {
/// #             kind: Kind::Shared,
/// #             fields: [("text".to_owned(), text)].into(),
/// #             indexes: vec![Index { name: "by_text".to_owned(), fields: vec!["text".to_owned()] }],
/// #             search: vec!["text".to_owned()],
/// #             scope: Scope::default(),
/// #         };
/// #         Self(Schema { format: 1, collections: [("notes".into(), notes)].into() })
/// #     }
/// # }
/// # impl Domain for Notes {
/// #     fn schema(&self) -> &Schema { &self.0 }
/// #     fn judge(&self, _: &Case<'_>, _: &Body, _: &dyn Records, _: &dyn Records) -> Result<Judgement, ReadError> {
/// #         Ok(Judgement::default())
/// #     }
/// #     fn project(&self, _: &str, _: RecordId, _: &Document) -> Vec<Projection> { Vec::new() }
/// # }
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // A program has `SqliteStorage::open(path)` and `NativeTransport::new("http://…")` here.
/// let (storage, master) = (MemoryStorage::new(), FakeTransport::enrols_and_leaves());
/// let config = Config { enrolment: Enrolment::Open, ..Config::default() };
/// let client = Client::open(config, Arc::new(Notes::new()), storage, master).await?;
/// client.status().wait_for(|status| status.registered).await?;
///
/// let actor = Actor { user: RecordId::from([7; 16]), verified: Verified::Host, approved_by: None };
/// let written = client
///     .record("write_note", actor, |draft| {
///         let number = draft.advance("notes");
///         let id = draft.new_id();
///         draft.insert("notes", id, Document::new().with("text", format!("Note {number}")));
///         Ok(id)
///     })
///     .await?;
///
/// // Durable, shown, and still to send.
/// let found = client.query(&Query::all("notes").search("note 1"));
/// assert_eq!((found.total, found.items[0].id), (1, written.value));
/// assert!(found.items[0].pending);
/// client.status().wait_for(|status| status.pending == 1).await?;
/// client.close().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    commands: mpsc::UnboundedSender<Command>,
    shared: Arc<Shared>,
}

impl Client {
    /// Reads the storage and starts to work. Never waits for the network.
    ///
    /// # Errors
    /// When the schema contradicts itself, or the storage cannot be opened or read.
    pub async fn open<S: Storage, T: Transport>(
        config: Config,
        domain: Arc<dyn Domain>,
        storage: S,
        transport: T,
    ) -> Result<Self, OpenError> {
        domain.schema().validate()?;
        let (commands, inbox) = mpsc::unbounded_channel();
        let (driver, shared) = Driver::open(config, domain, storage, transport, inbox).await?;
        platform::spawn(driver.run());
        Ok(Self { commands, shared })
    }

    /// Records a mutation: when this returns it is durable on this device and in the view.
    ///
    /// `build` runs beside no other and sees everything recorded before it. What arrives while one
    /// is written goes into the next write together.
    ///
    /// # Errors
    /// When nothing was recorded, and why.
    pub async fn record<R: MaybeSend + 'static>(
        &self,
        name: &str,
        actor: Actor,
        build: impl FnOnce(&mut Draft<'_>) -> Result<R, RecordError> + MaybeSend + 'static,
    ) -> Result<Recorded<R>, RecordError> {
        let (answer, answered) = oneshot::channel();
        let (value_in, value_out) = oneshot::channel();
        let build: Box<dyn BuildFn> = Box::new(move |draft: &mut Draft<'_>| {
            let value = build(draft)?;
            // Nobody waits any more: the mutation is recorded all the same.
            let _ = value_in.send(value);
            Ok(())
        });
        self.tell(Command::Record {
            name: name.to_owned(),
            actor,
            build,
            answer,
        })
        .map_err(|_| RecordError::Closed)?;
        let id = answered.await.map_err(|_| RecordError::Closed)??;
        let value = value_out.await.map_err(|_| RecordError::Closed)?;
        Ok(Recorded { id, value })
    }

    /// One record as the view shows it.
    pub fn get(&self, collection: &str, id: RecordId) -> Option<Doc> {
        self.shared
            .read(|replica| replica.view().doc(collection, id))
    }

    /// Answers a query from memory.
    pub fn query(&self, query: &Query) -> QueryResult {
        self.shared.read(|replica| replica.view().query(query))
    }

    /// Lets a function read the view as rules do: one consistent state, tombstones included.
    pub fn read<R>(&self, read: impl FnOnce(&dyn Records) -> R) -> R {
        self.shared.read(|replica| read(&replica.view()))
    }

    /// A query that says when its result changed.
    pub fn subscribe(&self, query: Query) -> LiveQuery {
        LiveQuery::new(Arc::clone(&self.shared), query)
    }

    /// What happens from now on, by name.
    pub fn events(&self) -> Events {
        Events::new(Arc::clone(&self.shared))
    }

    /// Which collections change from now on, and how mutations of this device end.
    pub fn follow(&self) -> Changes {
        Changes::new(Arc::clone(&self.shared))
    }

    /// Counts up whenever anything in the view changed.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.shared.changed.subscribe()
    }

    /// The status, now and from now on.
    pub fn status(&self) -> watch::Receiver<SyncStatus> {
        self.shared.status.subscribe()
    }

    /// The rejected mutations nobody has dismissed, oldest first.
    pub fn attention(&self) -> Vec<Attention> {
        self.shared.read(|replica| replica.attention())
    }

    /// Takes an entry off the attention list, for good.
    ///
    /// # Errors
    /// When the storage did not make that durable.
    pub async fn dismiss(&self, id: MutationId) -> Result<(), ClientError> {
        self.ask(|answer| Command::Dismiss { id, answer }).await?
    }

    /// Records a refused mutation again, as it was, in the name of whoever does so now. To change it
    /// first, record another one with [`Draft::instead_of`].
    ///
    /// # Errors
    /// When it is not on the attention list (any more), or nothing was recorded.
    pub async fn reissue(&self, id: MutationId, actor: Actor) -> Result<Recorded<()>, RecordError> {
        let name = self.shared.read(|replica| {
            let entry = replica.attention_on(id)?;
            Some(entry.envelope.open().ok()?.name)
        });
        let again = move |draft: &mut Draft<'_>| {
            let body = draft.instead_of(id)?;
            draft.extend(body.ops);
            Ok(())
        };
        self.record(&name.unwrap_or_default(), actor, again).await
    }

    /// The retained mutations of this device's identity from a seq on, at most `limit`.
    ///
    /// # Errors
    /// When the storage cannot be read.
    pub async fn outbox(&self, from: Seq, limit: usize) -> Result<Vec<OutboxRow>, ClientError> {
        self.ask(|answer| Command::Outbox {
            from,
            limit,
            answer,
        })
        .await?
    }

    /// How often a mutation of this device's identity was sent since the client was opened. Never,
    /// without the feature `inspect`.
    pub fn attempts(&self, seq: Seq) -> u32 {
        self.shared.attempts(seq)
    }

    /// The value of a named counter or mark, as it is durable.
    pub fn counter(&self, name: &str) -> Option<Value> {
        self.shared.read(|replica| replica.counter(name).cloned())
    }

    /// Where this device stands in the log.
    pub fn position(&self) -> SyncPosition {
        self.shared.position()
    }

    /// The cursor of the base and its checksums there.
    pub fn checksums(&self) -> (Option<Cursor>, Sums) {
        self.shared.read(|replica| replica.checksums())
    }

    /// The last frames, oldest first. None, without the feature `inspect`.
    pub fn frames(&self) -> Vec<FrameEntry> {
        self.shared.frames()
    }

    /// Tries to connect at once, whatever the backoff says; ends a pause.
    pub fn retry_now(&self) {
        let _ = self.tell(Command::Retry);
    }

    /// Says that the app became visible or woke up: the connection is probed at once.
    pub fn wake(&self) {
        let _ = self.tell(Command::Wake);
    }

    /// Says whether the device has a network at all. Without one no attempt is made.
    pub fn set_network(&self, available: bool) {
        let _ = self.tell(Command::Network(available));
    }

    /// Joins a store with a one-time code. Unsent mutations go along, each still taking effect once.
    ///
    /// # Errors
    /// When the master refuses or cannot be reached, or the code is another store's while mutations
    /// wait.
    pub async fn enroll(&self, code: &str, device_name: &str) -> Result<(), ClientError> {
        let (code, name) = (code.to_owned(), device_name.to_owned());
        self.ask(|answer| Command::Enroll { code, name, answer })
            .await?
    }

    /// A request of a person to the master, with this device's token. After a network error it is
    /// sent again, three times at most; a `POST` is not: it may have taken effect already.
    ///
    /// # Errors
    /// When there is no answer; a refusal of the master is [`ClientError::Refused`].
    pub async fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
    ) -> Result<Response, ClientError> {
        let patient = method != Method::Post;
        self.send(method, path, body, patient).await
    }

    /// Holds goods on the master for a cart that is being paid; asked once, as an answer that comes
    /// late is of no use. A sale never depends on it.
    ///
    /// # Errors
    /// When there is no answer; a refusal of the master is [`ClientError::Refused`].
    pub async fn reserve(&self, reserve: &Reserve) -> Result<Reserved, ClientError> {
        let body = Some(json::text(reserve));
        let answer = self.send(Method::Post, "/v1/sync/reserve", body, false);
        read(&answer.await?)
    }

    /// Records that this device does not hold, such as a receipt of last year, and those that refer
    /// to them. They are answered and not kept.
    ///
    /// # Errors
    /// When there is no answer; a refusal of the master is [`ClientError::Refused`].
    pub async fn fetch(&self, fetch: &Fetch) -> Result<Vec<Change>, ClientError> {
        let body = Some(json::text(fetch));
        let answer = self.send(Method::Post, "/v1/sync/fetch", body, true);
        read::<Fetched>(&answer.await?).map(|fetched| fetched.items)
    }

    /// Whether the work has ended.
    pub fn is_closed(&self) -> bool {
        self.shared.is_closed()
    }

    /// Ends the work and gives the storage back. What is recorded stays recorded.
    pub async fn close(&self) {
        let _ = self.ask(|answer| Command::Close { answer }).await;
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
        patient: bool,
    ) -> Result<Response, ClientError> {
        let path = path.to_owned();
        self.ask(|answer| Command::Request {
            method,
            path,
            body,
            patient,
            answer,
        })
        .await?
    }

    async fn ask<R>(
        &self,
        command: impl FnOnce(oneshot::Sender<R>) -> Command,
    ) -> Result<R, ClientError> {
        let (answer, answered) = oneshot::channel();
        self.tell(command(answer))?;
        answered.await.map_err(|_| ClientError::Closed)
    }

    fn tell(&self, command: Command) -> Result<(), ClientError> {
        self.commands.send(command).map_err(|_| ClientError::Closed)
    }
}

/// A mutation that is durable on this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded<R> {
    /// Its name for good.
    pub id: MutationId,
    /// What the builder returned.
    pub value: R,
}

fn read<T: FromJson>(answer: &Response) -> Result<T, ClientError> {
    let foreign = ClientError::Foreign {
        status: answer.status,
    };
    json::read(&answer.body).map_err(|_| foreign)
}
