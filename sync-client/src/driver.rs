//! The loop that waits: it feeds the engine with what happens and executes its effects in order.

mod command;
mod frames;
mod outbox;
mod record;
mod status;
mod tasks;

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use sync_core::{Domain, Frame, Millis};

pub(crate) use command::Command;
use command::Done;
use tasks::Event;

use crate::engine::{Effect, Engine, Input};
use crate::platform::{self, mpsc, oneshot};
use crate::replica::{Reader, Replica};
use crate::shared::{News, Shared};
use crate::storage::{Batch, Storage, StorageError};
use crate::transport::{Connection, Outgoing, Transport, TransportError};
use crate::{ClientError, Config, OpenError, StorageHealth};

/// Sleeps are cut into pieces of this many milliseconds, so that a clock set back is noticed.
const LONGEST_SLEEP: u64 = 5_000;
/// Events of tasks that may wait; a snapshot's stream waits with them.
const EVENTS_AHEAD: usize = 2;

/// Owns storage, transport and engine.
pub(crate) struct Driver<S, T> {
    config: Config,
    domain: Arc<dyn Domain>,
    storage: S,
    /// The road to the node the client was opened with.
    home: T,
    /// The road in use.
    transport: T,
    engine: Engine,
    shared: Arc<Shared>,
    inbox: mpsc::UnboundedReceiver<Command>,
    events: mpsc::Receiver<Event>,
    sender: mpsc::Sender<Event>,
    connection: Option<Connection>,
    /// Tells events of a connection that was given up from those of the current one.
    connections: u64,
    streams: u64,
    /// Whose turn it is to be looked at first.
    turn: u8,
    /// Memory may be ahead of the storage: nothing is recorded before it was read again.
    stale: bool,
    /// Open conflicts and tasks, and the revisions they were counted at.
    counted: [(u64, u64); 2],
    health: StorageHealth,
    /// When the storage is asked again how safe it is.
    health_at: Millis,
}

impl<S: Storage, T: Transport> Driver<S, T> {
    pub(crate) async fn open(
        config: Config,
        domain: Arc<dyn Domain>,
        mut storage: S,
        transport: T,
        inbox: mpsc::UnboundedReceiver<Command>,
    ) -> Result<(Self, Arc<Shared>), OpenError> {
        let mut reader = Reader::new(&domain);
        let loaded = storage.load(&mut reader).await?;
        let replica = Replica::new(Arc::clone(&domain), loaded, reader, 0);
        let now = config.env.now();
        let engine = Engine::new(config.clone(), now);
        let status = engine.status(&replica, now);
        #[allow(
            clippy::arc_with_non_send_sync,
            reason = "in a browser there is one thread"
        )]
        let shared = Arc::new(Shared::new(replica, status));
        let (sender, events) = mpsc::channel(EVENTS_AHEAD);
        let driver = Self {
            config,
            domain,
            storage,
            home: transport.clone(),
            transport,
            engine,
            shared: Arc::clone(&shared),
            inbox,
            events,
            sender,
            connection: None,
            connections: 0,
            streams: 0,
            turn: 0,
            stale: false,
            counted: [(u64::MAX, 0); 2],
            health: StorageHealth::default(),
            health_at: now,
        };
        Ok((driver, shared))
    }

    pub(crate) async fn run(mut self) {
        self.feed(Input::Started).await;
        let closed = loop {
            let input = match self.next().await {
                Next::Command(None) => break None,
                Next::Command(Some(command)) => match self.command(command).await {
                    Done::Break(answer) => break Some(answer),
                    Done::Continue(input) => input,
                },
                Next::Event(Event::Enrolled { result, answer }) => {
                    self.enrolled(result, answer).await;
                    None
                }
                Next::Event(event) => self.event(event),
                Next::Frame(frame) => Some(self.arrived(frame)),
                Next::Chore => {
                    self.shared.write(Replica::chore);
                    None
                }
                Next::Timer => Some(Input::Timer),
            };
            if let Some(input) = input {
                self.feed(input).await;
            }
        };
        self.shared.close();
        drop(self);
        if let Some(answer) = closed {
            let _ = answer.send(());
        }
    }

    /// Waits for whatever comes first; of several, each has its turn.
    async fn next(&mut self) -> Next {
        let now = self.config.env.now();
        self.look_after(now);
        let due = self.engine.poll_timeout();
        let chores = self.shared.read(Replica::has_chores);
        let wait = match chores && due.is_none_or(|at| at > now) {
            true => 0,
            false => {
                let wait = due.map_or(LONGEST_SLEEP, |at| at.since(now));
                wait.clamp(1, LONGEST_SLEEP)
            }
        };
        let mut slept = pin!(platform::sleep(wait));
        let turn = self.turn;
        self.turn = turn.wrapping_add(1);
        poll_fn(|cx| {
            for place in 0..4 {
                let next = match (turn.wrapping_add(place)) % 4 {
                    0 => self.inbox.poll_recv(cx).map(Next::Command),
                    1 => match self.events.poll_recv(cx) {
                        Poll::Ready(Some(event)) => Poll::Ready(Next::Event(event)),
                        _ => Poll::Pending,
                    },
                    2 => match &mut self.connection {
                        Some(connection) => connection.incoming.poll_recv(cx).map(Next::Frame),
                        None => Poll::Pending,
                    },
                    _ => slept.as_mut().poll(cx).map(|()| match wait {
                        0 => Next::Chore,
                        _ => Next::Timer,
                    }),
                };
                if next.is_ready() {
                    return next;
                }
            }
            Poll::Pending
        })
        .await
    }

    /// Lets the engine take something in, does what it wants, and shows the result.
    async fn feed(&mut self, input: Input) {
        self.tell(input);
        while let Some(effect) = self.engine.poll_effect() {
            self.execute(effect).await;
        }
        self.show();
    }

    fn tell(&mut self, input: Input) {
        let (engine, now) = (&mut self.engine, self.config.env.now());
        self.shared
            .read(|replica| engine.handle(input, replica, now));
    }

    async fn execute(&mut self, effect: Effect) {
        match effect {
            Effect::Connect { by_requests } => {
                self.connections += 1;
                let of = self.connections;
                tasks::connect(&self.transport, by_requests, of, &self.sender);
            }
            Effect::Probe => tasks::probe(&self.transport, self.connections, &self.sender),
            Effect::Move(node) => {
                self.transport = node.map_or_else(|| self.home.clone(), |url| self.home.to(&url));
            }
            Effect::Disconnect => {
                self.connections += 1;
                self.connection = None;
            }
            Effect::Send(frame) => self.send(frame),
            Effect::Commit(batch) => {
                let input = self.commit(batch).await;
                self.tell(input);
            }
            Effect::Observe(time) => self.shared.write(|replica| replica.observe(time)),
            Effect::Tell(change) => {
                self.shared.tell(News::Role(change));
                self.shared.announce();
            }
            Effect::LoadRows { from, limit } => {
                let rows = self.storage.outbox(from, limit).await;
                self.tell(rows.map_or_else(Input::StorageFailed, Input::Rows));
            }
            Effect::Enroll(enroll) => tasks::enroll(&self.transport, enroll, None, &self.sender),
            Effect::Stream(request) => {
                self.streams += 1;
                let chunk = self.config.snapshot_chunk;
                tasks::stream(&self.transport, request, chunk, self.streams, &self.sender);
            }
            Effect::StopStream => self.streams += 1,
            Effect::Reload => {
                let reloaded = self.reload().await;
                self.tell(reloaded.map_or_else(Input::StorageFailed, |()| Input::Reloaded));
            }
        }
    }

    async fn commit(&mut self, batch: Batch) -> Input {
        let batch = Arc::new(batch);
        match self.storage.commit(Arc::clone(&batch)).await {
            Ok(()) => {
                let news = self.shared.write(|replica| replica.apply(&batch));
                for record in news {
                    self.shared.tell(News::Record(record));
                }
                let outcomes = batch.outbox.iter().flat_map(|part| &part.outcomes);
                outcomes
                    .filter_map(|(_, stored)| stored.as_ref())
                    .for_each(|stored| self.shared.tell(News::Outcome(stored.outcome.clone())));
                self.shared.announce();
                Input::Committed
            }
            Err(error) => {
                tracing::warn!(%error, "a batch was not written");
                self.stale = true;
                Input::StorageFailed(error)
            }
        }
    }

    /// Reads the storage again: memory is what is durable, and nothing else.
    async fn reload(&mut self) -> Result<(), StorageError> {
        let mut reader = Reader::new(&self.domain);
        let loaded = self.storage.load(&mut reader).await?;
        let domain = Arc::clone(&self.domain);
        self.shared.write(|replica| {
            let revision = replica.last_revision();
            if loaded.records_in_memory {
                reader = replica.give_records();
            }
            *replica = Replica::new(domain, loaded, reader, revision);
            replica.touch_all();
        });
        self.stale = false;
        self.shared.announce();
        Ok(())
    }

    fn send(&mut self, frame: Frame) {
        let (name, text) = (frame.name(), frame.encode_from_device());
        if let Frame::Push(push) = &frame {
            let seqs = push.mutations.iter().map(sync_core::Pushed::seq);
            self.shared.count_attempts(seqs);
        }
        let now = self.config.env.now();
        self.shared.log_frame(frames::sent(&frame, text.len(), now));
        let connection = self.connection.as_ref();
        let sent =
            connection.is_some_and(|c| c.outgoing.try_send(Outgoing { frame, text }).is_ok());
        if !sent {
            // The other end has stopped taking: what is silent too long is left by the heartbeat.
            tracing::debug!(frame = name, "a frame was not taken");
        }
    }

    fn arrived(&mut self, text: Option<Result<String, TransportError>>) -> Input {
        let input = match text {
            Some(Ok(text)) => {
                let decoded = Frame::decode_from_node(&text);
                let now = self.config.env.now();
                self.shared
                    .log_frame(frames::received(&decoded, text.len(), now));
                decoded.map_or_else(Input::Undecodable, Input::Frame)
            }
            Some(Err(error)) => Input::Closed(Some(error)),
            None => Input::Closed(None),
        };
        if matches!(input, Input::Closed(_)) {
            self.connection = None;
        }
        input
    }

    fn event(&mut self, event: Event) -> Option<Input> {
        match event {
            Event::Opened { of, opened } if of == self.connections => Some(match opened {
                Ok((connection, polling)) => {
                    // A second socket that opens beside this one comes too late.
                    self.connections += 1;
                    self.connection = Some(connection);
                    Input::Opened { polling }
                }
                Err(error) => Input::Closed(Some(error)),
            }),
            Event::Lines { of, lines } if of == self.streams => Some(Input::Lines(lines)),
            Event::StreamEnded { of, error } if of == self.streams => {
                Some(Input::StreamEnded(error))
            }
            Event::Health(health) => {
                self.health = health;
                self.show();
                None
            }
            // Of a connection or a stream that was given up.
            _ => None,
        }
    }

    async fn enrolled(
        &mut self,
        result: Result<Box<sync_core::Enrolled>, ClientError>,
        answer: Option<oneshot::Sender<Result<(), ClientError>>>,
    ) {
        let result = result.and_then(|enrolled| {
            let held = self.shared.read(|replica| {
                let other = replica
                    .identity()
                    .is_some_and(|i| i.store != enrolled.store);
                other.then(|| replica.pending())
            });
            match held {
                Some(pending) if pending > 0 => Err(ClientError::OtherStore { pending }),
                _ => Ok(enrolled),
            }
        });
        let outcome = result.as_ref().map(|_| ()).map_err(Clone::clone);
        let input = match result {
            Ok(enrolled) => Some(Input::Enrolled(enrolled)),
            Err(error) if answer.is_none() => Some(Input::EnrolFailed(error)),
            Err(_) => None,
        };
        if let Some(input) = input {
            self.feed(input).await;
        }
        if let Some(answer) = answer {
            let outcome = match self.stale {
                true => Err(StorageError::Failed("the identity was not stored".to_owned()).into()),
                false => outcome,
            };
            let _ = answer.send(outcome);
        }
    }
}

/// What the loop waits for.
enum Next {
    /// What the embedding program wants; nothing once it has gone.
    Command(Option<Command>),
    Event(Event),
    /// A frame; nothing once the connection has ended.
    Frame(Option<Result<String, TransportError>>),
    /// There is time for work that nobody waits for.
    Chore,
    Timer,
}
