//! The network between the devices and the master: real doors, simulated wires.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use futures_util::{SinkExt, StreamExt};
use sync_client::transport::{
    CONNECTION_DEPTH, Connection, Lines, Method, Outgoing, Request, Response, Transport,
    TransportError,
};
use tokio::io::DuplexStream;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;
use tower::ServiceExt;

use super::clock::Dice;
use super::faults::{Fault, Fired};
use super::trace::Trace;

/// The name under which the master is known.
const NAME: &str = "localhost:7400";
/// How long an attempt into the void takes.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// How long a request into the void takes.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);

/// How a device's wire is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// Frames arrive within a few milliseconds, in order.
    Good,
    /// Some frames are lost, doubled, late or overtake each other.
    Bad,
    /// What goes up is lost.
    Deaf,
    /// What comes down is lost.
    Mute,
    /// Everything is lost, and nobody is told.
    Silent,
    /// Connections are refused.
    Down,
}

/// All wires. Cheap to clone.
#[derive(Clone)]
pub struct Net(Arc<Mutex<Wires>>);

struct Wires {
    router: Option<Router>,
    door: Option<mpsc::UnboundedSender<DuplexStream>>,
    wires: Vec<Wire>,
    /// Counts the cuts of each wire; who holds a connection ends with the next one.
    cuts: Vec<watch::Sender<u64>>,
    dice: Dice,
    fired: Fired,
    trace: Trace,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

impl Net {
    /// So many good wires to a master that is not there yet.
    pub fn new(wires: usize, dice: Dice, fired: Fired, trace: Trace) -> Self {
        Self(Arc::new(Mutex::new(Wires {
            router: None,
            door: None,
            wires: vec![Wire::Good; wires],
            cuts: (0..wires).map(|_| watch::Sender::new(0)).collect(),
            dice,
            fired,
            trace,
        })))
    }

    /// The master is there from now on; gives what its sockets arrive at.
    pub fn listen(&self, router: Router) -> Door {
        let (sender, arrivals) = mpsc::unbounded_channel();
        self.with(|net| (net.router, net.door) = (Some(router), Some(sender)));
        Door { arrivals }
    }

    /// The master is gone, and every connection with it.
    pub fn hang_up(&self) {
        self.with(|net| {
            (net.router, net.door) = (None, None);
            net.cuts.iter().for_each(|cut| cut.send_modify(|n| *n += 1));
        });
    }

    /// Ends a device's connections.
    pub fn cut(&self, device: usize) {
        self.with(|net| net.cuts[device].send_modify(|n| *n += 1));
    }

    /// Makes a wire good or bad.
    pub fn set(&self, device: usize, wire: Wire) {
        self.with(|net| net.wires[device] = wire);
        if wire == Wire::Down {
            self.cut(device);
        }
    }

    /// A device's way to the master.
    pub fn plug(&self, device: usize) -> Plug {
        Plug {
            net: self.clone(),
            device,
        }
    }

    fn with<R>(&self, work: impl FnOnce(&mut Wires) -> R) -> R {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Wires {
    /// When a frame arrives, as often as it does.
    fn journey(&self, device: usize, way: Way, text: &str) -> Vec<Duration> {
        let millis = |from: u64, span: u64| Duration::from_millis(from + self.dice.below(span));
        let wire = self.wires[device];
        let swallowed = match wire {
            Wire::Deaf => way == Way::Up,
            Wire::Mute => way == Way::Down,
            Wire::Silent | Wire::Down => true,
            Wire::Good | Wire::Bad => false,
        };
        let mut arrives = vec![millis(1, 15)];
        if swallowed {
            arrives.clear();
        } else if wire == Wire::Bad {
            match self.dice.below(100) {
                0..5 => {
                    self.fired.count(Fault::FrameLost);
                    arrives.clear();
                }
                5..10 => {
                    self.fired.count(Fault::FrameDoubled);
                    arrives.push(millis(1, 2_000));
                }
                10..20 => {
                    self.fired.count(Fault::FrameReordered);
                    arrives = vec![millis(20, 400)];
                }
                20..25 => {
                    self.fired.count(Fault::FrameDelayed);
                    arrives = vec![millis(1_000, 8_000)];
                }
                _ => {}
            }
        }
        let shown = if text.starts_with("{\"error\"") {
            300
        } else {
            14
        };
        let name = text.get(2..shown.min(text.len())).unwrap_or(text);
        let arrow = if way == Way::Up { '>' } else { '<' };
        self.trace
            .note(format!("{device}{arrow} {name} {} {arrives:?}", text.len()));
        arrives
    }

    fn in_order(&self, device: usize) -> bool {
        self.wires[device] != Wire::Bad
    }
}

/// What the master's sockets arrive at.
pub struct Door {
    arrivals: mpsc::UnboundedReceiver<DuplexStream>,
}

impl axum::serve::Listener for Door {
    type Io = DuplexStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.arrivals.recv().await {
            Some(stream) => (stream, SocketAddr::from(([127, 0, 0, 1], 1))),
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        Ok(SocketAddr::from(([127, 0, 0, 1], 7400)))
    }
}

/// One device's way to the master.
#[derive(Clone)]
pub struct Plug {
    net: Net,
    device: usize,
}

impl Plug {
    fn note(&self, event: String) {
        self.net.with(|net| net.trace.note(event));
    }

    fn wire(&self) -> Wire {
        self.net.with(|net| net.wires[self.device])
    }

    fn cuts(&self) -> watch::Receiver<u64> {
        self.net.with(|net| {
            let mut cuts = net.cuts[self.device].subscribe();
            cuts.mark_unchanged();
            cuts
        })
    }

    /// Waits as long as it takes to find out whether anybody is there.
    async fn reach(&self, limit: Duration) -> Result<Router, TransportError> {
        let delay = self.net.with(|net| net.dice.below(20));
        tokio::time::sleep(Duration::from_millis(1 + delay)).await;
        match self.wire() {
            Wire::Good | Wire::Bad => {}
            Wire::Down => return Err(TransportError::Network("no wire".to_owned())),
            Wire::Deaf | Wire::Mute | Wire::Silent => {
                tokio::time::sleep(limit).await;
                let millis = limit.as_millis() as u64;
                return Err(TransportError::TimedOut { millis });
            }
        }
        let router = self.net.with(|net| net.router.clone());
        router.ok_or_else(|| TransportError::Network("connection refused".to_owned()))
    }

    async fn ask(&self, request: Request) -> Result<axum::response::Response, TransportError> {
        let what = format!("{} {:?}", self.device, request);
        let router = self.reach(ANSWER_LIMIT).await?;
        let mut asked = axum::http::Request::builder()
            .method(match request.method {
                Method::Get => "GET",
                Method::Post => "POST",
            })
            .uri(request.path)
            .header(HOST, NAME)
            .header(CONTENT_TYPE, "application/json");
        if let Some(token) = request.token {
            asked = asked.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = request.body.map_or_else(Body::empty, Body::from);
        let asked = asked.body(body).map_err(network)?;
        let mut cuts = self.cuts();
        tokio::select! {
            biased;
            _ = cuts.changed() => Err(TransportError::Network("cut".to_owned())),
            answer = router.oneshot(asked) => {
                let answer = answer.map_err(network)?;
                self.note(format!("{what} {}", answer.status()));
                Ok(answer)
            }
        }
    }
}

impl Transport for Plug {
    fn to(&self, _base: &str) -> Self {
        self.clone()
    }

    async fn connect(&self) -> Result<Connection, TransportError> {
        let _ = self.reach(CONNECT_LIMIT).await?;
        let mut cuts = self.cuts();
        let (ours, theirs) = tokio::io::duplex(1 << 20);
        let door = self.net.with(|net| net.door.clone());
        let sent = door.is_some_and(|door| door.send(theirs).is_ok());
        if !sent {
            return Err(TransportError::Network("connection refused".to_owned()));
        }
        let url = format!("ws://{NAME}/v1/sync");
        let opening = tokio_tungstenite::client_async(url, ours);
        let socket = tokio::select! {
            biased;
            _ = cuts.changed() => return Err(TransportError::Network("cut".to_owned())),
            opened = opening => opened.map_err(network)?.0,
        };
        let (outgoing, to_send) = mpsc::channel::<Outgoing>(CONNECTION_DEPTH);
        let (arrived, incoming) = mpsc::channel(CONNECTION_DEPTH);
        tokio::spawn(pump(self.clone(), socket, to_send, arrived, cuts));
        Ok(Connection { outgoing, incoming })
    }

    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let answer = self.ask(request).await?;
        let status = answer.status().as_u16();
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX)
            .await
            .map_err(network)?;
        // The answer can be lost as well as the question.
        if self.wire() == Wire::Bad && self.net.with(|net| net.dice.percent(10)) {
            return Err(TransportError::Network("the answer was lost".to_owned()));
        }
        Ok(Response {
            status,
            retry_after_ms: None,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }

    async fn lines(&self, request: Request) -> Result<Lines, TransportError> {
        let mut cuts = self.cuts();
        let answer = self.ask(request).await?;
        let status = answer.status().as_u16();
        let (sender, lines) = mpsc::channel(CONNECTION_DEPTH);
        let mut body = answer.into_body().into_data_stream();
        let plug = self.clone();
        tokio::spawn(async move {
            let mut rest = Vec::new();
            loop {
                let chunk = tokio::select! {
                    biased;
                    _ = cuts.changed() => None,
                    chunk = body.next() => match chunk {
                        None => return,
                        Some(chunk) => chunk.ok(),
                    },
                };
                let lost = plug.wire() == Wire::Bad && plug.net.with(|net| net.dice.percent(5));
                let Some(chunk) = chunk.filter(|_| !lost) else {
                    let cut = TransportError::Network("the stream was cut".to_owned());
                    let _ = sender.send(Err(cut)).await;
                    return;
                };
                rest.extend_from_slice(&chunk);
                while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                    let line: Vec<u8> = rest.drain(..=end).collect();
                    let line = String::from_utf8_lossy(&line).trim().to_owned();
                    if !line.is_empty() && sender.send(Ok(line)).await.is_err() {
                        return;
                    }
                }
            }
        });
        Ok(Lines { status, lines })
    }
}

type Socket = tokio_tungstenite::WebSocketStream<DuplexStream>;

/// Carries frames both ways, each on its own journey, until the wire is cut or a side leaves.
async fn pump(
    plug: Plug,
    socket: Socket,
    mut to_send: mpsc::Receiver<Outgoing>,
    arrived: mpsc::Sender<Result<String, TransportError>>,
    mut cuts: watch::Receiver<u64>,
) {
    let (mut sink, mut stream) = socket.split();
    let (up, mut at_master) = mpsc::unbounded_channel::<String>();
    let (down, mut at_device) = mpsc::unbounded_channel::<String>();
    let mut last = [Instant::now(); 2];
    let cut = loop {
        tokio::select! {
            biased;
            _ = cuts.changed() => break true,
            frame = to_send.recv() => match frame {
                Some(frame) => travel(&plug, Way::Up, &frame.text, &mut last[0], &up),
                None => break false,
            },
            message = stream.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    travel(&plug, Way::Down, &text, &mut last[1], &down);
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    plug.note(format!("{} socket: {error}", plug.device));
                    break false;
                }
                None => break false,
            },
            Some(text) = at_master.recv() => {
                if sink.send(Message::text(text)).await.is_err() {
                    break false;
                }
            }
            Some(text) = at_device.recv() => {
                if arrived.try_send(Ok(text)).is_err() {
                    plug.note(format!("{} takes no more", plug.device));
                    break false;
                }
            }
        }
    };
    if !cut {
        // What was sent before the end still arrives.
        tokio::time::sleep(Duration::from_millis(20)).await;
        while let Ok(text) = at_device.try_recv() {
            let _ = arrived.try_send(Ok(text));
        }
    }
    let _ = arrived.try_send(Err(TransportError::Network(
        "the connection ended".to_owned(),
    )));
}

fn travel(
    plug: &Plug,
    way: Way,
    text: &str,
    last: &mut Instant,
    to: &mpsc::UnboundedSender<String>,
) {
    let (journey, in_order) = plug.net.with(|net| {
        let journey = net.journey(plug.device, way, text);
        (journey, net.in_order(plug.device))
    });
    for delay in journey {
        let mut at = Instant::now() + delay;
        if in_order {
            // One nanosecond would do; timers count milliseconds.
            at = at.max(*last + Duration::from_millis(1));
            *last = at;
        }
        let (text, to) = (text.to_owned(), to.clone());
        tokio::spawn(async move {
            tokio::time::sleep_until(at).await;
            let _ = to.send(text);
        });
    }
}

fn network(error: impl std::fmt::Display) -> TransportError {
    TransportError::Network(error.to_string())
}
