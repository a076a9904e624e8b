use std::pin::{Pin, pin};

use futures_util::future::{Either, poll_fn, select};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{Sink, SinkExt, StreamExt};
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, WebSocketError};
use tokio::sync::mpsc;
use wasm_bindgen_futures::spawn_local;

use super::web::within;
use super::{CONNECTION_DEPTH, Connection, Outgoing, TransportError};

/// The longest the opening may take.
const TIMEOUT_MS: u64 = 10_000;
/// The code of a socket that was closed on purpose, and of a server that goes away.
const ON_PURPOSE: [u16; 2] = [1000, 1001];

type Socket = Pin<Box<WebSocket>>;

/// Opens the socket of a master.
pub(super) async fn connect(base: &str) -> Result<Connection, TransportError> {
    // `http` becomes `ws`, `https` becomes `wss`.
    let rest = base.strip_prefix("http").unwrap_or(base);
    let socket = WebSocket::open(&format!("ws{rest}/v1/sync"))
        .map_err(|e| TransportError::Network(format!("{e:?}")))?;
    let mut socket = Box::pin(socket);
    within(TIMEOUT_MS, async {
        let ready = poll_fn(|cx| socket.as_mut().poll_ready(cx)).await;
        ready.map_err(|e| failure(&e))
    })
    .await?;
    let (sink, stream) = socket.split();
    let (outgoing, to_send) = mpsc::channel(CONNECTION_DEPTH);
    let (arrived, incoming) = mpsc::channel(CONNECTION_DEPTH);
    spawn_local(send_all(sink, to_send));
    spawn_local(receive_all(stream, arrived));
    Ok(Connection { outgoing, incoming })
}

/// Ends when the connection is dropped or the socket breaks; the receiving side says why.
async fn send_all(mut sink: SplitSink<Socket, Message>, mut frames: mpsc::Receiver<Outgoing>) {
    while let Some(Outgoing { text, .. }) = frames.recv().await {
        if sink.send(Message::Text(text)).await.is_err() {
            return;
        }
    }
    let _ = sink.close().await;
}

async fn receive_all(
    mut stream: SplitStream<Socket>,
    arrived: mpsc::Sender<Result<String, TransportError>>,
) {
    loop {
        let next = match select(stream.next(), pin!(arrived.closed())).await {
            Either::Left((next, _)) => next,
            Either::Right(_) => return,
        };
        let item = match next {
            Some(Ok(Message::Text(text))) => Ok(text),
            Some(Ok(Message::Bytes(_))) => continue,
            Some(Err(WebSocketError::ConnectionClose(close)))
                if ON_PURPOSE.contains(&close.code) =>
            {
                return;
            }
            Some(Err(error)) => Err(failure(&error)),
            None => return,
        };
        let broken = item.is_err();
        if arrived.send(item).await.is_err() || broken {
            return;
        }
    }
}

/// A browser does not tell why a socket did not open.
fn failure(error: &WebSocketError) -> TransportError {
    TransportError::Network(error.to_string())
}
