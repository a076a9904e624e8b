use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::{CONNECTION_DEPTH, Connection, Outgoing, TransportError};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The longest the opening may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The largest frame either side sends.
const MAX_FRAME_BYTES: usize = 64 << 20;

/// Opens the socket of a master.
pub(super) async fn connect(base: &str) -> Result<Connection, TransportError> {
    // `http` becomes `ws`, `https` becomes `wss`.
    let rest = base.strip_prefix("http").unwrap_or(base);
    let url = format!("ws{rest}/v1/sync");
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_FRAME_BYTES))
        .max_frame_size(Some(MAX_FRAME_BYTES));
    let opening = connect_async_with_config(url, Some(config), true);
    let opened = tokio::time::timeout(TIMEOUT, opening).await;
    let millis = TIMEOUT.as_millis() as u64;
    let (socket, _) = opened
        .map_err(|_| TransportError::TimedOut { millis })?
        .map_err(|error| failure(&error))?;
    let (sink, stream) = socket.split();
    let (outgoing, to_send) = mpsc::channel(CONNECTION_DEPTH);
    let (arrived, incoming) = mpsc::channel(CONNECTION_DEPTH);
    tokio::spawn(send_all(sink, to_send));
    tokio::spawn(receive_all(stream, arrived));
    Ok(Connection { outgoing, incoming })
}

/// Ends when the connection is dropped or the socket breaks; the receiving side says why.
async fn send_all(mut sink: SplitSink<Socket, Message>, mut frames: mpsc::Receiver<Outgoing>) {
    while let Some(Outgoing { text, .. }) = frames.recv().await {
        if sink.send(Message::text(text)).await.is_err() {
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
        let next = tokio::select! {
            next = stream.next() => next,
            () = arrived.closed() => return,
        };
        let item = match next {
            Some(Ok(Message::Text(text))) => Ok(text.as_str().to_owned()),
            Some(Ok(Message::Close(_))) | None => return,
            Some(Ok(_)) => continue,
            Some(Err(error)) => Err(failure(&error)),
        };
        let broken = item.is_err();
        if arrived.send(item).await.is_err() || broken {
            return;
        }
    }
}

fn failure(error: &Error) -> TransportError {
    match error {
        Error::Http(response) => TransportError::Refused {
            status: response.status().as_u16(),
        },
        error => TransportError::Network(error.to_string()),
    }
}
