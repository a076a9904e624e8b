use std::future::poll_fn;

use futures_util::Sink;
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, WebSocketError};

use super::socket::{self, OPENING_MS, Said};
use super::web::within;
use super::{Connection, TransportError};

/// The code of a socket that was closed on purpose, and of a server that goes away.
const ON_PURPOSE: [u16; 2] = [1000, 1001];

/// Opens the socket of a master.
pub(super) async fn connect(base: &str) -> Result<Connection, TransportError> {
    let opening = WebSocket::open(&socket::url(base))
        .map_err(|e| TransportError::Network(format!("{e:?}")))?;
    let mut opening = Box::pin(opening);
    within(OPENING_MS, async {
        let ready = poll_fn(|cx| opening.as_mut().poll_ready(cx)).await;
        ready.map_err(|e| failure(&e))
    })
    .await?;
    Ok(socket::carry(opening, Message::Text, said))
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
