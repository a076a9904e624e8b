use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use futures_util::{SinkExt, StreamExt};
use retail::{Customer, Occasion, Series, create_customer};
use sync_client::platform;
use sync_core::{Frame, Millis, Pong, Position, Push, Pushed, RecordId, Term, Verdict};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::shop::Shop;
use crate::world::RawDevice;

/// Business time of everything recorded here.
const AT: Millis = Millis(1_291_191_960_000);

/// A device that only sends: its mutations are sealed before anything is timed, as a till seals them
/// when they are recorded.
pub(super) struct Pusher {
    device: RawDevice,
    occasion: Occasion,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    next: u64,
}

/// A push, ready to send.
pub(super) struct Sealed {
    text: String,
    count: usize,
}

/// A push that was answered.
pub(super) struct Decided {
    /// From sending it to the last answer.
    pub(super) took: Duration,
    /// Where its last mutation stands in the log.
    pub(super) position: Position,
}

impl Pusher {
    /// Joins a shop and says hello.
    pub(super) async fn join(shop: &Shop, name: &str) -> Result<Self> {
        let device = RawDevice::join(&shop.master, name).await?;
        // As a client connects: no small frame waits for a later one.
        let (mut socket, _) = connect_async_with_config(device.socket_url(), None, true).await?;
        let hello = Frame::Hello(device.hello()).encode();
        socket.send(Message::text(hello)).await?;
        let info = &device.identity.device;
        let mut pusher = Self {
            occasion: Occasion {
                device: info.id,
                series: Series::of_ordinal(1, info.ordinal, 1),
                person: shop.owner.clone(),
                at: AT,
            },
            device,
            socket,
            next: 1,
        };
        loop {
            if let Frame::Welcome(_) = pusher.hear().await? {
                return Ok(pusher);
            }
        }
    }

    /// Seals the next mutations: one new customer each, a name and a telephone number.
    pub(super) fn seal(&mut self, count: usize) -> Result<Sealed> {
        let mut mutations = Vec::with_capacity(count);
        for _ in 0..count {
            let device = self.occasion.device;
            let id = RecordId::new(platform::now(), platform::random());
            let phone = RecordId::derived(&[b"phone", device.bytes(), &self.next.to_be_bytes()]);
            let customer = Customer {
                name: format!(
                    "Customer {} of {}",
                    self.next, self.device.identity.device.name
                ),
                phone: Some(format!("+44 {}", &phone.to_string()[..13])),
                email: None,
                address: Vec::new(),
                notes: None,
                credit_limit: None,
                archived: false,
            };
            let body = create_customer(&self.occasion, id, &customer)?.encode();
            let envelope = self.device.seal_text(self.next, body);
            mutations.push(Pushed::Mutation(envelope));
            self.next += 1;
        }
        let text = Frame::Push(Push { mutations }).encode();
        Ok(Sealed { text, count })
    }

    /// Sends and waits until everything in it is accepted.
    pub(super) async fn send(&mut self, sealed: Sealed) -> Result<Decided> {
        let begun = Instant::now();
        self.socket.send(Message::text(sealed.text)).await?;
        let (mut decided, mut position) = (0, Position(0));
        while decided < sealed.count {
            if let Frame::Outcomes(outcomes) = self.hear().await? {
                let all = outcomes.outcomes;
                decided += all.len();
                let refused = all.iter().find(|one| one.verdict != Verdict::Accepted);
                ensure!(refused.is_none(), "not accepted: {refused:?}");
                position = all.last().map_or(position, |last| last.position);
            }
        }
        Ok(Decided {
            took: begun.elapsed(),
            position,
        })
    }

    /// The next frame that is not about the connection itself.
    async fn hear(&mut self) -> Result<Frame> {
        loop {
            let message = self.socket.next().await.context("the connection ended")??;
            let Message::Text(text) = message else {
                continue;
            };
            match Frame::decode(&text)? {
                Frame::Ping(ping) => self.socket.send(pong(ping.nonce)).await?,
                Frame::Error(error) => bail!("the master says {error}"),
                other => return Ok(other),
            }
        }
    }
}

/// The answer to a ping.
pub(super) fn pong(nonce: u64) -> Message {
    let pong = Pong {
        nonce,
        log_id: None,
        term: Term(0),
        time: None,
    };
    Message::text(Frame::Pong(pong).encode())
}
