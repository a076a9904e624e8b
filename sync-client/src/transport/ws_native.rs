use std::time::Duration;

use tokio_tungstenite::connect_async_with_config;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::socket::{self, OPENING_MS, Said};
use super::{Connection, TransportError};

/// The largest frame either side sends.
const MAX_FRAME_BYTES: usize = 64 << 20;

/// Opens the socket of a master.
pub(super) async fn connect(base: &str) -> Result<Connection, TransportError> {
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_FRAME_BYTES))
        .max_frame_size(Some(MAX_FRAME_BYTES));
    let opening = connect_async_with_config(socket::url(base), Some(config), true);
    let opened = tokio::time::timeout(Duration::from_millis(OPENING_MS), opening).await;
    let (opened, _) = opened
        .map_err(|_| TransportError::TimedOut { millis: OPENING_MS })?
        .map_err(|error| failure(&error))?;
    Ok(socket::carry(opened, Message::text::<String>, said))
}

fn said(message: Result<Message, Error>) -> Said {
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
        error => TransportError::Network(error.to_string()),
    }
}
