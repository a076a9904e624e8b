//! What every socket has in common, whatever library it is made of.

use std::pin::pin;

use futures_util::future::{Either, select};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio::sync::mpsc;

use super::{CONNECTION_DEPTH, Connection, Outgoing, TransportError};
use crate::platform::{self, MaybeSend};

/// The longest the opening may take, in milliseconds.
pub(super) const OPENING_MS: u64 = 10_000;

/// What a socket said.
pub(super) enum Said {
    /// A text frame.
    Text(String),
    /// Something below frames.
    Nothing,
    /// Goodbye.
    Goodbye,
    /// Nothing more, and why.
    Broken(TransportError),
}

/// The address of a master's socket: `http` becomes `ws`, `https` becomes `wss`.
pub(super) fn url(base: &str) -> String {
    let rest = base.strip_prefix("http").unwrap_or(base);
    format!("ws{rest}/v1/sync")
}

/// Carries frames both ways until one side leaves. `text` makes a message of a frame, `read` says
/// what a message is.
pub(super) fn carry<S, M, E>(
    socket: S,
    text: fn(String) -> M,
    read: fn(Result<M, E>) -> Said,
) -> Connection
where
    S: Stream<Item = Result<M, E>> + Sink<M> + MaybeSend + 'static,
    M: MaybeSend + 'static,
    E: MaybeSend + 'static,
{
    let (sink, stream) = socket.split();
    let (outgoing, to_send) = mpsc::channel(CONNECTION_DEPTH);
    let (arrived, incoming) = mpsc::channel(CONNECTION_DEPTH);
    platform::spawn(send_all(sink, to_send, text));
    platform::spawn(receive_all(stream, arrived, read));
    Connection { outgoing, incoming }
}

/// Ends when the connection is dropped or the socket breaks; the receiving side says why.
async fn send_all<S: Sink<M>, M>(
    mut sink: SplitSink<S, M>,
    mut frames: mpsc::Receiver<Outgoing>,
    message: fn(String) -> M,
) {
    while let Some(Outgoing { text, .. }) = frames.recv().await {
        if sink.send(message(text)).await.is_err() {
            return;
        }
    }
    let _ = sink.close().await;
}

async fn receive_all<S: Stream<Item = Result<M, E>>, M, E>(
    mut stream: SplitStream<S>,
    arrived: mpsc::Sender<Result<String, TransportError>>,
    read: fn(Result<M, E>) -> Said,
) {
    loop {
        let next = match select(stream.next(), pin!(arrived.closed())).await {
            Either::Left((next, _)) => next,
            Either::Right(_) => return,
        };
        let item = match next.map_or(Said::Goodbye, read) {
            Said::Text(text) => Ok(text),
            Said::Nothing => continue,
            Said::Goodbye => return,
            Said::Broken(error) => Err(error),
        };
        let broken = item.is_err();
        if arrived.send(item).await.is_err() || broken {
            return;
        }
    }
}
