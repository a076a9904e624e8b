//! A link between one till and the master that can be closed, silenced or cut at a frame.

use std::collections::HashMap;
use std::io::Cursor;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use sync_core::{DeviceId, Digest, Frame, Pushed, Seq};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, copy_bidirectional, join};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::{accept_async, client_async};

/// The longest head of a request that is looked at.
const LONGEST_HEAD: usize = 16 * 1024;
/// Headers of an upgrade that either side makes for itself.
const OWN_HEADERS: [&str; 7] = [
    "host",
    "connection",
    "upgrade",
    "sec-websocket-key",
    "sec-websocket-version",
    "sec-websocket-extensions",
    "content-length",
];

/// A link from one till to the master, with an address of its own.
pub struct Link {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

/// How a link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Everything passes.
    Open,
    /// Connections end at once and new ones are refused.
    Closed,
    /// Connections stay, and nothing passes: a cable pulled behind the switch.
    Silent,
}

/// Which way a frame goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the till to the master.
    Up,
    /// From the master to the till.
    Down,
}

/// A frame on its way.
#[derive(Clone, Copy, Debug)]
pub struct Passing<'a> {
    /// Which way.
    pub direction: Direction,
    /// Its tag, such as `push`.
    pub name: &'a str,
    /// All of it.
    pub text: &'a str,
}

/// What happens to a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It passes.
    Pass,
    /// It is lost, and the connection stays.
    Lose,
    /// It is lost, and the connection ends.
    Cut,
    /// It passes, and the connection ends after it.
    PassAndCut,
}

type Inspector = Box<dyn FnMut(Passing<'_>) -> Verdict + Send>;

struct Shared {
    master: watch::Receiver<Option<SocketAddr>>,
    mode: watch::Sender<Mode>,
    inspector: Mutex<Option<Inspector>>,
    /// How often each envelope went up.
    sent: Mutex<HashMap<(DeviceId, Seq, Digest), u32>>,
}

impl Link {
    /// Opens a link to wherever the master is.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn open(master: watch::Receiver<Option<SocketAddr>>) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            master,
            mode: watch::Sender::new(Mode::Open),
            inspector: Mutex::new(None),
            sent: Mutex::default(),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self {
            address,
            shared,
            accepting,
        })
    }

    /// Changes how the link is.
    pub fn set(&self, mode: Mode) {
        self.shared.mode.send_replace(mode);
    }

    /// Shows every frame to `inspector` from now on, which says what happens to it.
    pub fn inspect(&self, inspector: impl FnMut(Passing<'_>) -> Verdict + Send + 'static) {
        *lock(&self.shared.inspector) = Some(Box::new(inspector));
    }

    /// Lets every frame pass again.
    pub fn pass(&self) {
        *lock(&self.shared.inspector) = None;
    }

    /// The base address that a till is given as the master's.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How it is.
    pub fn mode(&self) -> Mode {
        *self.shared.mode.borrow()
    }

    /// How many envelopes went up more than once.
    pub fn resent(&self) -> u64 {
        let sent = lock(&self.shared.sent);
        sent.values().filter(|&&times| times > 1).count() as u64
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.set(Mode::Closed);
        self.accepting.abort();
    }
}

impl Shared {
    /// Judges a frame and counts what goes up.
    fn judge(&self, direction: Direction, text: &str) -> Verdict {
        let name = text.split('"').nth(1).unwrap_or_default();
        let passing = Passing {
            direction,
            name,
            text,
        };
        let verdict = match lock(&self.inspector).as_mut() {
            Some(inspector) => inspector(passing),
            None => Verdict::Pass,
        };
        let passes = matches!(verdict, Verdict::Pass | Verdict::PassAndCut);
        if passes && direction == Direction::Up && name == "push" {
            self.count(text);
        }
        verdict
    }

    fn count(&self, text: &str) {
        let Ok(Frame::Push(push)) = Frame::decode(text) else {
            return;
        };
        let mut sent = lock(&self.sent);
        for pushed in &push.mutations {
            if let Pushed::Mutation(envelope) = pushed {
                let key = (envelope.device, envelope.seq, envelope.hash);
                *sent.entry(key).or_default() += 1;
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut mode = shared.mode.subscribe();
    while let Ok((till, _)) = listener.accept().await {
        if *mode.borrow_and_update() == Mode::Closed {
            continue;
        }
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let mut mode = shared.mode.subscribe();
            tokio::select! {
                _ = mode.wait_for(|mode| *mode == Mode::Closed) => {}
                ended = connect(till, &shared) => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection ended");
                    }
                }
            }
        });
    }
}

/// Carries one connection until one side ends it.
async fn connect(mut till: TcpStream, shared: &Shared) -> Result<()> {
    let head = read_head(&mut till).await?;
    shared
        .mode
        .subscribe()
        .wait_for(|mode| *mode == Mode::Open)
        .await?;
    let address = shared.master.borrow().context("the master is down")?;
    let mut master = TcpStream::connect(address).await?;
    till.set_nodelay(true)?;
    master.set_nodelay(true)?;
    let text = String::from_utf8_lossy(&head).into_owned();
    let (reader, writer) = till.into_split();
    let mut till = join(Cursor::new(head).chain(reader), writer);
    if text.to_ascii_lowercase().contains("upgrade: websocket") {
        return carry_frames(till, master, address, &text, shared).await;
    }
    let mut mode = shared.mode.subscribe();
    tokio::select! {
        _ = mode.wait_for(|mode| *mode != Mode::Open) => {}
        copied = copy_bidirectional(&mut till, &mut master) => { copied?; }
    }
    Ok(())
}

async fn read_head(till: &mut TcpStream) -> Result<Vec<u8>> {
    let mut head = Vec::new();
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        anyhow::ensure!(
            head.len() < LONGEST_HEAD,
            "the head of a request is too long"
        );
        let read = till.read_buf(&mut head).await?;
        anyhow::ensure!(read > 0, "the connection ended before its request");
    }
    Ok(head)
}

async fn carry_frames<T: AsyncRead + AsyncWrite + Unpin>(
    till: T,
    master: TcpStream,
    address: SocketAddr,
    head: &str,
    shared: &Shared,
) -> Result<()> {
    let request = upgrade_request(address, head)?;
    let (mut master, _) = client_async(request, master).await?;
    let mut till = accept_async(till).await?;
    let mut mode = shared.mode.subscribe();
    loop {
        let (direction, message) = tokio::select! {
            message = till.next() => (Direction::Up, message),
            message = master.next() => (Direction::Down, message),
        };
        let Some(message) = message else {
            return Ok(());
        };
        let message = message?;
        mode.wait_for(|mode| *mode != Mode::Silent).await?;
        let verdict = match &message {
            Message::Text(text) => shared.judge(direction, text),
            _ => Verdict::Pass,
        };
        if matches!(verdict, Verdict::Pass | Verdict::PassAndCut) {
            match direction {
                Direction::Up => master.send(message).await?,
                Direction::Down => till.send(message).await?,
            }
        }
        if matches!(verdict, Verdict::Cut | Verdict::PassAndCut) {
            return Ok(());
        }
    }
}

/// The till's upgrade request, as it goes on to the master.
fn upgrade_request(
    address: SocketAddr,
    head: &str,
) -> Result<tokio_tungstenite::tungstenite::http::Request<()>> {
    let mut lines = head.lines();
    let path = lines.next().and_then(|line| line.split(' ').nth(1));
    let path = path.context("a request without a path")?;
    let mut request = format!("ws://{address}{path}").into_client_request()?;
    for line in lines.take_while(|line| !line.is_empty()) {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let name = name.trim().to_ascii_lowercase();
        if !OWN_HEADERS.contains(&name.as_str()) {
            let name: HeaderName = name.parse()?;
            request
                .headers_mut()
                .append(name, HeaderValue::from_str(value.trim())?);
        }
    }
    Ok(request)
}
