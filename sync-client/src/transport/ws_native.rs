use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{Connector, connect_async_tls_with_config};

use super::socket::{self, OPENING_MS, Said};
use super::{CONNECTION_DEPTH, Connection, Outgoing, TransportError, tls_native};
use crate::platform::{self, mpsc};

/// The largest frame either side sends.
const MAX_FRAME_BYTES: usize = 64 << 20;

/// Opens the socket of a master.
pub(super) async fn connect(
    base: &str,
    tls: &Arc<rustls::ClientConfig>,
) -> Result<Connection, TransportError> {
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_FRAME_BYTES))
        .max_frame_size(Some(MAX_FRAME_BYTES));
    let tls = Some(Connector::Rustls(Arc::clone(tls)));
    let opening = connect_async_tls_with_config(socket::url(base), Some(config), true, tls);
    let opened = tokio::time::timeout(Duration::from_millis(OPENING_MS), opening).await;
    let (opened, _) = opened
        .map_err(|_| TransportError::TimedOut { millis: OPENING_MS })?
        .map_err(|error| failure(&error))?;
    Ok(carry(opened))
}

type Heard = Result<Message, Error>;

/// Carries frames both ways until one side leaves.
fn carry(socket: impl Stream<Item = Heard> + Sink<Message> + Send + 'static) -> Connection {
    let (sink, stream) = socket.split();
    let (outgoing, to_send) = mpsc::channel(CONNECTION_DEPTH);
    let (arrived, incoming) = mpsc::channel(CONNECTION_DEPTH);
    platform::spawn(send_all(sink, to_send));
    platform::spawn(receive_all(stream, arrived));
    Connection { outgoing, incoming }
}

/// Ends when the connection is dropped or the socket breaks; the receiving side says why.
async fn send_all(
    mut sink: SplitSink<impl Sink<Message>, Message>,
    mut frames: mpsc::Receiver<Outgoing>,
) {
    while let Some(Outgoing { text, .. }) = frames.recv().await {
        if sink.send(Message::text(text)).await.is_err() {
            return;
        }
    }
    let _ = sink.close().await;
}

async fn receive_all(
    mut stream: SplitStream<impl Stream<Item = Heard>>,
    arrived: mpsc::Sender<Result<String, TransportError>>,
) {
    loop {
        let next = match select(stream.next(), pin!(arrived.closed())).await {
            Either::Left((next, _)) => next,
            Either::Right(_) => return,
        };
        let item = match next.map_or(Said::Goodbye, said) {
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

fn said(message: Heard) -> Said {
    match message {
        Ok(Message::Text(text)) => Said::Text(text.as_str().to_owned()),
        Ok(Message::Close(_)) => Said::Goodbye,
        Ok(_) => Said::Nothing,
        Err(error) => Said::Broken(failure(&error)),
    }
}

fn failure(error: &Error) -> TransportError {
    match error {
        Error::Http(response) => TransportError::Refused {
            status: response.status().as_u16(),
        },
        error => {
            tls_native::refused(error).unwrap_or_else(|| TransportError::Network(error.to_string()))
        }
    }
}
