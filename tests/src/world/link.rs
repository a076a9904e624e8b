//! A link between one till and the master that can be closed, silenced, or cut at a frame, whether
//! frames go over a socket or as requests.

mod head;
mod requests;
mod sockets;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use sync_core::{DeviceId, Digest, Frame, Pushed, Seq};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use head::Head;

/// The longest head of a request that is looked at.
const LONGEST_HEAD: usize = 16 * 1024;
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
    /// Every request is answered by a page that is not the master's: somebody's hotspot.
    Portal,
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It passes.
    Pass,
    /// It is lost, and the connection stays.
    Lose,
    /// It is lost, and the connection ends.
    Cut,
    /// It passes, and the connection ends after it.
    PassAndCut,
    /// Half of it passes, and the connection ends there.
    Break,
    /// This passes in its place.
    Replace(String),
}

type Inspector = Box<dyn FnMut(Passing<'_>) -> Verdict + Send>;

struct Shared {
    master: watch::Receiver<Option<SocketAddr>>,
    mode: watch::Sender<Mode>,
    /// How often everything open was ended.
    cuts: watch::Sender<u32>,
    no_sockets: watch::Sender<bool>,
    /// How many sockets are open.
    sockets: watch::Sender<usize>,
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
            cuts: watch::Sender::new(0),
            no_sockets: watch::Sender::new(false),
            sockets: watch::Sender::new(0),
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

    /// Ends what is open; new connections pass.
    pub fn cut(&self) {
        self.shared.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Lets no socket through from now on, and ends those that are open; or lets them through again.
    pub fn refuse_sockets(&self, refused: bool) {
        self.shared.no_sockets.send_replace(refused);
    }

    /// How many sockets are open through it, now and from now on.
    pub fn sockets(&self) -> watch::Receiver<usize> {
        self.shared.sockets.subscribe()
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

    /// How many envelopes went up.
    pub fn pushed(&self) -> usize {
        lock(&self.shared.sent).len()
    }

    /// How many envelopes went up more than once.
    pub fn resent(&self) -> u64 {
        let sent = lock(&self.shared.sent);
        sent.values().filter(|&&times| times > 1).count() as u64
    }
}

impl Verdict {
    fn passes(&self) -> bool {
        matches!(self, Self::Pass | Self::PassAndCut)
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
        if verdict.passes() && direction == Direction::Up && name == "push" {
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
            let mut cuts = shared.cuts.subscribe();
            tokio::select! {
                _ = mode.wait_for(|mode| *mode == Mode::Closed) => {}
                _ = cuts.changed() => {}
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
    let mut mode = shared.mode.subscribe();
    let mode = *mode.wait_for(|mode| *mode != Mode::Silent).await?;
    let is_socket = head.is_upgrade();
    if mode == Mode::Portal || is_socket && *shared.no_sockets.borrow() {
        return requests::refuse(till).await;
    }
    let address = shared.master.borrow().context("the master is down")?;
    let master = TcpStream::connect(address).await?;
    till.set_nodelay(true)?;
    master.set_nodelay(true)?;
    match (is_socket, head.frame_name()) {
        (true, _) => sockets::carry(till, master, address, head, shared).await,
        (false, Some(names)) => requests::exchange(till, master, head, names, shared).await,
        (false, None) => requests::stream(till, master, head, shared).await,
    }
}

async fn read_head(till: &mut TcpStream) -> Result<Head> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            return Ok(Head { text, rest });
        }
        anyhow::ensure!(
            bytes.len() < LONGEST_HEAD,
            "the head of a request is too long"
        );
        let read = till.read_buf(&mut bytes).await?;
        anyhow::ensure!(read > 0, "the connection ended before its request");
    }
}
