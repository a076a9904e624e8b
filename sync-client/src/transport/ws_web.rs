use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use futures_util::{Sink, Stream};
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, WebSocketError};

use super::socket::{self, OPENING_MS, Said};
use super::web::within;
use super::{CONNECTION_DEPTH, Connection, Outgoing, TransportError};
use crate::platform::{self, mpsc};

/// The code of a socket that was closed on purpose, and of a server that goes away.
const ON_PURPOSE: [u16; 2] = [1000, 1001];

/// Opens the socket of a master.
pub(super) async fn connect(base: &str) -> Result<Connection, TransportError> {
    let opening =
        WebSocket::open(&socket::url(base)).map_err(|e| TransportError::Network(e.to_string()))?;
    let mut opening = Box::pin(opening);
    within(OPENING_MS, async {
        let ready = poll_fn(|cx| opening.as_mut().poll_ready(cx)).await;
        ready.map_err(|e| failure(&e))
    })
    .await?;
    let (outgoing, to_send) = mpsc::channel(CONNECTION_DEPTH);
    let (arrived, incoming) = mpsc::channel(CONNECTION_DEPTH);
    platform::spawn(carry(opening, to_send, arrived));
    Ok(Connection { outgoing, incoming })
}

/// Carries frames both ways until one side leaves. Sending never waits: the browser keeps what is on
/// its way. Dropping the socket closes it.
async fn carry(
    mut socket: Pin<Box<WebSocket>>,
    mut to_send: mpsc::Receiver<Outgoing>,
    arrived: mpsc::Sender<Result<String, TransportError>>,
) {
    loop {
        let next = poll_fn(|cx| match to_send.poll_recv(cx) {
            Poll::Ready(frame) => Poll::Ready(Next::Send(frame)),
            Poll::Pending => socket.as_mut().poll_next(cx).map(Next::Heard),
        });
        let heard = match next.await {
            Next::Send(None) => return,
            Next::Send(Some(Outgoing { text, .. })) => {
                match socket.as_mut().start_send(Message::Text(text)) {
                    Ok(()) => continue,
                    Err(_) => return,
                }
            }
            Next::Heard(heard) => heard.map_or(Said::Goodbye, said),
        };
        let item = match heard {
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

/// What comes next on a socket.
enum Next {
    /// A frame to send; none once nobody sends any more.
    Send(Option<Outgoing>),
    /// A message; none once the other side has gone.
    Heard(Option<Result<Message, WebSocketError>>),
}

fn said(message: Result<Message, WebSocketError>) -> Said {
    match message {
        Ok(Message::Text(text)) => Said::Text(text),
        Ok(Message::Bytes(_)) => Said::Nothing,
        Err(WebSocketError::ConnectionClose(close)) if ON_PURPOSE.contains(&close.code) => {
            Said::Goodbye
        }
        Err(error) => Said::Broken(failure(&error)),
    }
}

/// A browser does not tell why a socket did not open.
fn failure(error: &WebSocketError) -> TransportError {
    TransportError::Network(error.to_string())
}
