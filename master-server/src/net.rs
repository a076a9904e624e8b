//! Below HTTP: connections are taken in, counted, and given up where they stay silent.

mod doorman;
mod doors;
mod turned_away;

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt;

use doorman::{Counted, Doorman};
use doors::Opened;
pub use doors::{Doors, Road};

/// How long to wait where the system gives no further connection, such as without file handles.
const BREATH: Duration = Duration::from_secs(1);

/// How much of connections there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// So many at once.
    pub connections: usize,
    /// So many at once of one address.
    pub per_address: usize,
    /// The head of a request comes within this time, or the connection ends. It begins with the
    /// connection, and again once TLS is agreed upon and once an answer was sent.
    pub head_within: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            connections: 512,
            per_address: 128,
            head_within: Duration::from_secs(10),
        }
    }
}

/// Serves connections until told to stop; then takes in no more, and returns once the requests
/// under way are answered. A connection over a limit is answered `rate_limited` and closed: 429
/// where it is its address's, 503 where it is everybody's.
pub async fn serve(
    listener: TcpListener,
    doors: impl Into<Doors>,
    limits: ConnectionLimits,
    stop: impl Future<Output = ()>,
) {
    let doors = doors.into();
    let doorman = Arc::new(Doorman::new(limits));
    let (told, stopping) = watch::channel(false);
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (socket, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "no connection can be taken in");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        // Outcomes and changes are small frames, one right after the other: with Nagle's algorithm the
        // second waits until the device has acknowledged the first, which takes its system 40 ms.
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, %peer, "small frames may be late");
        }
        match doorman.let_in(peer.ip()) {
            Ok(place) => {
                let socket = Counted::new(socket, place);
                let taken_in = take_in(socket, peer, doors.clone(), limits, stopping.clone());
                tokio::spawn(taken_in);
            }
            Err(full) => turn_away(&doorman, socket, doors.clone(), full),
        }
    }
    drop((listener, stopping));
    told.send_replace(true);
    // Each connection holds a receiver while it has requests under way.
    told.closed().await;
}

/// Opens the door that one connection came to, and carries it.
async fn take_in(
    socket: Counted<TcpStream>,
    peer: SocketAddr,
    doors: Doors,
    limits: ConnectionLimits,
    mut stopping: watch::Receiver<bool>,
) {
    let opening = tokio::time::timeout(limits.head_within, doors.open(socket, peer));
    let opened = tokio::select! {
        opened = opening => opened,
        _ = stopping.wait_for(|stopping| *stopping) => return,
    };
    match opened {
        Ok(Ok(Opened::Plain(socket, road, app))) => {
            carry(socket, peer, road, app, limits, stopping).await;
        }
        Ok(Ok(Opened::Secure(socket, road, app))) => {
            carry(*socket, peer, road, app, limits, stopping).await;
        }
        Ok(Err(error)) => tracing::debug!(%error, %peer, "a connection did not begin"),
        Err(_) => tracing::debug!(%peer, "a connection said nothing"),
    }
}

/// Carries one connection until it ends or has become a socket; once told to stop, no further than
/// the request under way.
async fn carry<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    socket: S,
    peer: SocketAddr,
    road: Road,
    app: Router,
    limits: ConnectionLimits,
    mut stopping: watch::Receiver<bool>,
) {
    let service = service_fn(move |request: axum::http::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(road);
        app.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_within)
        .serve_connection(TokioIo::new(socket), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let told = async {
        // The sender lives until every receiver is gone.
        let _ = stopping.wait_for(|stopping| *stopping).await;
    };
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = told => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, %peer, "a connection ended");
    }
    drop(stopping);
}

fn turn_away(doorman: &Doorman, socket: TcpStream, doors: Doors, full: turned_away::Full) {
    metrics::counter!("tillsync_connections_refused_total").increment(1);
    // Those who are turned away take room too; who comes beyond that hears nothing.
    if let Some(room) = doorman.hallway() {
        tokio::spawn(async move {
            turned_away::answer(socket, &doors, full).await;
            drop(room);
        });
    }
}
