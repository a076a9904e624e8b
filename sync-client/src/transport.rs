//! The roads to the master: a socket, plain requests, and a line stream for snapshots.

#[cfg(not(target_arch = "wasm32"))]
mod http_native;
#[cfg(target_arch = "wasm32")]
mod http_web;
#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(not(target_arch = "wasm32"))]
mod tls_native;
#[cfg(target_arch = "wasm32")]
mod web;
#[cfg(not(target_arch = "wasm32"))]
mod ws_native;
#[cfg(target_arch = "wasm32")]
mod ws_web;

pub mod fake;
mod lines;
pub(crate) mod rest;
mod socket;

use std::future::Future;

#[cfg(not(target_arch = "wasm32"))]
use sync_core::Fingerprint;
use sync_core::Frame;

#[cfg(not(target_arch = "wasm32"))]
pub use native::NativeTransport;
pub use rest::open as over_requests;
#[cfg(target_arch = "wasm32")]
pub use web::WebTransport;

use crate::platform::{MaybeSend, MaybeSync, mpsc};

/// Why a road is closed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// Nobody answered, or the connection broke.
    #[error("the master cannot be reached: {0}")]
    Network(String),
    /// Something answered a socket with plain HTTP: a proxy, a portal, or a server that says no.
    #[error("the socket was refused with status {status}")]
    Refused {
        /// The HTTP status, 0 where a browser does not tell.
        status: u16,
    },
    /// Nobody that this device trusts vouches for the one who answered. A browser judges by itself,
    /// and tells its page nothing.
    #[cfg(not(target_arch = "wasm32"))]
    #[error("the main server there is not one that this device trusts")]
    Untrusted {
        /// Who vouches for it: the authority it shows, or itself where it shows none.
        fingerprint: Fingerprint,
    },
    /// The certificate of the master has ended, is for another name, or is not to be used.
    #[cfg(not(target_arch = "wasm32"))]
    #[error("the certificate of the main server cannot be used: {0}")]
    Certificate(String),
    /// No answer in time.
    #[error("no answer within {millis} ms")]
    TimedOut {
        /// How long was waited.
        millis: u64,
    },
}

/// One open socket. Dropping it closes it.
#[derive(Debug)]
pub struct Connection {
    /// Frames to send.
    pub outgoing: mpsc::Sender<Outgoing>,
    /// Text frames that arrive; it ends when the socket does, after an error that says why.
    pub incoming: mpsc::Receiver<Result<String, TransportError>>,
}

/// A frame to send. A socket takes its text; requests are made of the frame itself.
pub struct Outgoing {
    /// The frame.
    pub frame: Frame,
    /// Its text.
    pub text: String,
}

/// How many frames wait in a connection before the other side of the channel has to.
pub const CONNECTION_DEPTH: usize = 64;

/// The longest a whole answer may take, in milliseconds.
const ANSWER_MS: u64 = 20_000;
/// The longest the first byte of a stream, or the next, may take, in milliseconds.
const STALL_MS: u64 = 20_000;

/// The verb of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Asks for something to be done.
    Post,
    /// Says how something shall be.
    Put,
}

/// One plain request.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// What it does.
    pub method: Method,
    /// Path and query, such as `/v1/sync/pull?limit=500`.
    pub path: String,
    /// The device's token for the `Authorization` header.
    pub token: Option<String>,
    /// JSON.
    pub body: Option<String>,
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {}", self.method, self.path)
    }
}

/// The answer to a request, whatever its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// From `Retry-After`.
    pub retry_after_ms: Option<u64>,
    /// The whole body.
    pub body: String,
}

/// An answer that is read line by line as it arrives.
#[derive(Debug)]
pub struct Lines {
    /// The HTTP status; unless it is 200 the lines are the body of an error.
    pub status: u16,
    /// Whole lines in order, one or several at a time. It ends when the body does, after an error where
    /// it was cut off.
    pub lines: mpsc::Receiver<Result<String, TransportError>>,
}

/// Reaches one node. Cheap to clone; every clone is the same road.
pub trait Transport: Clone + MaybeSend + MaybeSync + 'static {
    /// The road to another node, by its base address. From a node reached through TLS it leads to
    /// none without: there it is the same road.
    #[must_use]
    fn to(&self, base: &str) -> Self;

    /// Opens the socket at `/v1/sync`.
    ///
    /// # Errors
    /// When it does not open within ten seconds.
    fn connect(&self) -> impl Future<Output = Result<Connection, TransportError>> + MaybeSend;

    /// Sends a request and reads the whole answer, within 20 seconds.
    ///
    /// # Errors
    /// When there is no whole answer; a status of 400 and more is an answer.
    fn send(
        &self,
        request: Request,
    ) -> impl Future<Output = Result<Response, TransportError>> + MaybeSend;

    /// Sends a request and reads the answer line by line. The sender waits while nobody reads.
    ///
    /// # Errors
    /// When no answer begins.
    fn lines(
        &self,
        request: Request,
    ) -> impl Future<Output = Result<Lines, TransportError>> + MaybeSend;
}

/// The base address of another node, where a road may lead from this one to it.
fn next_base(base: &str, other: &str) -> Option<String> {
    let other = other.trim_end_matches('/');
    let keeps_tls = !base.starts_with("https:") || other.starts_with("https:");
    keeps_tls.then(|| other.to_owned())
}
