use std::time::Duration;

use anyhow::{Context, Result, bail};
use retail::collection;
use sync_client::transport::{
    Connection, NativeTransport, Outgoing, Transport, TransportError, over_requests,
};
use sync_core::{
    Body, CollectionName, Cursor, Document, Frame, Hello, Op, Outcomes, Position, Pull, Push,
    Pushed, RecordId, Seq, Welcome,
};
use tillsync_tests::world::{Link, RawDevice, World, patiently};

/// How long an answer may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// How frames travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Road {
    /// Over a socket.
    Socket,
    /// Each as a request.
    Requests,
}

/// A device behind a link, frame by frame.
pub(super) struct Peer {
    pub(super) device: RawDevice,
    pub(super) link: Link,
    pub(super) connection: Connection,
    road: Road,
    seq: u64,
}

impl Peer {
    /// Joins the world's master and opens a connection.
    pub(super) async fn join(world: &World, road: Road, name: &str) -> Result<Self> {
        let device = RawDevice::join(&world.master, name).await?;
        let link = Link::open(world.master.address()).await?;
        let connection = open(&link, road).await?;
        let seq = 0;
        Ok(Self {
            device,
            link,
            connection,
            road,
            seq,
        })
    }

    /// Opens another connection in the place of the one it has.
    pub(super) async fn connect_again(&mut self) -> Result<()> {
        self.connection = open(&self.link, self.road).await?;
        Ok(())
    }

    pub(super) async fn say(&self, frame: Frame) -> Result<()> {
        let text = frame.encode();
        let sent = self.connection.outgoing.send(Outgoing { frame, text });
        sent.await.ok().context("the connection takes nothing more")
    }

    /// What arrives next, heartbeats and presence aside; nothing at the end.
    pub(super) async fn hear_anything(&mut self) -> Result<Option<Result<String, TransportError>>> {
        loop {
            let next = self.connection.incoming.recv();
            let next = patiently(LIMIT, "anything", next).await?;
            match &next {
                Some(Ok(text)) if is_noise(text) => {}
                _ => return Ok(next),
            }
        }
    }

    /// What has arrived by now, heartbeats and presence aside.
    pub(super) fn heard(&mut self) -> Vec<String> {
        let arrived = std::iter::from_fn(|| self.connection.incoming.try_recv().ok());
        let told = arrived.map(|frame| frame.unwrap_or_else(|error| error.to_string()));
        told.filter(|text| !is_noise(text)).collect()
    }

    /// The next frame of a name; others are passed over.
    pub(super) async fn hear(&mut self, name: &str) -> Result<Frame> {
        loop {
            match self.hear_anything().await? {
                Some(Ok(text)) => {
                    let frame = Frame::decode(&text).with_context(|| text.clone())?;
                    if frame.name() == name {
                        return Ok(frame);
                    }
                    if let Frame::Error(error) = frame {
                        bail!("waited for {name}, but: {error:?}");
                    }
                }
                end => bail!("waited for {name}, but: {end:?}"),
            }
        }
    }

    pub(super) fn hello(&self) -> Hello {
        Hello {
            next_seq: Seq(self.seq + 1),
            ..self.device.hello()
        }
    }

    pub(super) async fn greet(&mut self) -> Result<Welcome> {
        self.say(Frame::Hello(self.hello())).await?;
        match self.hear("welcome").await? {
            Frame::Welcome(welcome) => Ok(welcome),
            other => bail!("{other:?}"),
        }
    }

    pub(super) async fn pull(&self, cursor: Cursor, limit: u32) -> Result<()> {
        self.say(Frame::Pull(Pull { cursor, limit })).await
    }

    pub(super) async fn changes(&mut self) -> Result<sync_core::Changes> {
        match self.hear("changes").await? {
            Frame::Changes(changes) => Ok(changes),
            other => bail!("{other:?}"),
        }
    }

    /// What came after a cursor: by itself over a socket, when asked for over requests.
    pub(super) async fn news(&mut self, cursor: Cursor) -> Result<sync_core::Changes> {
        if self.road == Road::Requests {
            self.pull(cursor, 500).await?;
        }
        self.changes().await
    }

    /// Brings a connection that was just greeted to where changes come live.
    pub(super) async fn catch_up(&mut self, welcome: &Welcome) -> Result<Cursor> {
        let cursor = at(welcome, welcome.head);
        self.pull(cursor, 500).await?;
        self.changes().await?;
        Ok(cursor)
    }

    /// The next mutation: so many categories by the world's clerk.
    pub(super) fn make(&mut self, world: &World, count: usize) -> Pushed {
        self.make_long(world, count, 0)
    }

    /// The same with names that are so much longer.
    pub(super) fn make_long(&mut self, world: &World, count: usize, letters: usize) -> Pushed {
        self.seq += 1;
        let (by, tail) = (&self.device.identity.device.name, "x".repeat(letters));
        let categories = (0..count).map(|number| {
            let name = format!("{by} {} {number}{tail}", self.seq);
            Op::Insert {
                collection: CollectionName::from(collection::CATEGORIES),
                id: RecordId::derived(&[b"category of a road", name.as_bytes()]),
                doc: Document::new().with("name", name).with("position", 1),
            }
        });
        let body = Body {
            actor: world.clerk.person.actor(),
            name: "create_category".to_owned(),
            ops: categories.collect(),
        };
        Pushed::Mutation(self.device.seal_text(self.seq, body.encode()))
    }

    pub(super) async fn push(&self, mutations: Vec<Pushed>) -> Result<()> {
        self.say(Frame::Push(Push { mutations })).await
    }

    pub(super) async fn outcomes(&mut self) -> Result<Outcomes> {
        match self.hear("outcomes").await? {
            Frame::Outcomes(outcomes) => Ok(outcomes),
            other => bail!("{other:?}"),
        }
    }
}

/// A place in the log of a welcome.
pub(super) fn at(welcome: &Welcome, position: Position) -> Cursor {
    let log_id = welcome.log_id;
    Cursor { log_id, position }
}

/// Opens a road; one over requests opens always, and shows with its first frame what it is worth.
pub(super) async fn open(link: &Link, road: Road) -> Result<Connection, TransportError> {
    let transport = NativeTransport::new(&link.url());
    match road {
        Road::Socket => transport.connect().await,
        Road::Requests => Ok(over_requests(transport)),
    }
}

fn is_noise(text: &str) -> bool {
    ["{\"ping\"", "{\"device_online\"", "{\"device_offline\""]
        .iter()
        .any(|noise| text.starts_with(noise))
}
