//! One socket: text frames in and out, within their limits.

use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use sync_core::{Code, Frame, WireError};

use super::session;
use crate::came_from;
use crate::http::error::Problem;
use crate::http::extract::Peer;
use crate::state::AppState;

/// The largest frame that is read as one.
pub(super) const FRAME_BYTES: usize = 4 << 20;
/// Up to here a frame is answered with an error; beyond it the socket closes.
const REFUSED_BYTES: usize = 16 << 20;
/// Read at once. Every connection keeps a buffer of this size, and most idle: with the library's 128
/// KiB it was nearly all of the memory that they took. A push of 500 mutations is read in some 250 pieces.
const READ_BYTES: usize = 1 << 10;
/// A socket that takes nothing for so long is closed.
const SEND_LIMIT: Duration = Duration::from_secs(10);

/// The sending half.
pub(super) struct Sender(SplitSink<WebSocket, Message>);

/// The receiving half.
pub(super) struct Receiver(SplitStream<WebSocket>);

/// What arrived.
pub(super) enum Incoming {
    /// A frame.
    Frame(Box<Frame>),
    /// Something that is no frame; the session goes on.
    Unreadable(WireError),
    /// Something below frames.
    Nothing,
}

/// Opens the socket: only pages of this master, or programs that send no origin.
pub(crate) async fn upgrade(
    State(state): State<AppState>,
    peer: Peer,
    upgrade: WebSocketUpgrade,
) -> Response {
    if let Err(error) = peer.known_origin(&state.config) {
        return Problem(error).into_response();
    }
    upgrade
        .max_message_size(REFUSED_BYTES)
        .max_frame_size(REFUSED_BYTES)
        .read_buffer_size(READ_BYTES)
        .on_upgrade(move |socket| {
            let (sink, stream) = socket.split();
            let address = peer.arrival().address;
            let session = session::run(state, peer, Sender(sink), Receiver(stream));
            came_from::during(address, session)
        })
}

impl Sender {
    /// Sends a frame; false once the other side is gone.
    pub(super) async fn frame(&mut self, frame: &Frame) -> bool {
        self.text(frame.encode()).await
    }

    /// Sends a frame that is text already.
    pub(super) async fn text(&mut self, text: impl Into<axum::extract::ws::Utf8Bytes>) -> bool {
        let sending = self.0.send(Message::Text(text.into()));
        matches!(tokio::time::timeout(SEND_LIMIT, sending).await, Ok(Ok(())))
    }

    /// Says why and closes.
    pub(super) async fn close(mut self, reason: &'static str) {
        let frame = CloseFrame {
            code: close_code::NORMAL,
            reason: reason.into(),
        };
        let closing = self.0.send(Message::Close(Some(frame)));
        // The other side may be gone already.
        let _ = tokio::time::timeout(SEND_LIMIT, closing).await;
    }
}

impl Receiver {
    /// The next thing that arrives; `None` once the socket is closed.
    pub(super) async fn next(&mut self) -> Option<Incoming> {
        let message = self.0.next().await?.ok()?;
        match message {
            Message::Text(text) if text.len() > FRAME_BYTES => {
                let message = format!("a frame has at most {FRAME_BYTES} bytes");
                Some(Incoming::Unreadable(WireError::new(
                    Code::TooLarge,
                    message,
                )))
            }
            Message::Text(text) => Some(match Frame::decode(&text) {
                Ok(frame) => Incoming::Frame(Box::new(frame)),
                Err(error) => Incoming::Unreadable(error),
            }),
            Message::Binary(_) => {
                let error = WireError::new(Code::Malformed, "frames are text");
                Some(Incoming::Unreadable(error))
            }
            Message::Ping(_) | Message::Pong(_) => Some(Incoming::Nothing),
            Message::Close(_) => None,
        }
    }
}
