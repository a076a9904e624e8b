use std::time::Instant;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use sync_core::{Cursor, Frame, Position, Pull};
use tokio::sync::mpsc::UnboundedSender;
use tokio_tungstenite::connect_async_with_config;
use tokio_tungstenite::tungstenite::Message;

use super::pusher::pong;
use crate::world::RawDevice;

/// Follows a store over a socket and says when it has which position; the first time once it is
/// level. It reads every frame and keeps nothing.
///
/// # Errors
/// When the connection ends.
pub(super) async fn follow(
    device: RawDevice,
    heard: UnboundedSender<(Position, Instant)>,
) -> Result<()> {
    let (mut socket, _) = connect_async_with_config(device.socket_url(), None, true).await?;
    let hello = Frame::Hello(device.hello()).encode();
    socket.send(Message::text(hello)).await?;
    let mut level: Option<Position> = None;
    loop {
        let message = socket.next().await.context("the connection ended")??;
        let Message::Text(text) = message else {
            continue;
        };
        let from = match Frame::decode(&text)? {
            Frame::Welcome(welcome) => Cursor {
                log_id: welcome.log_id,
                position: welcome.head,
            },
            Frame::Ping(ping) => {
                socket.send(pong(ping.nonce)).await?;
                continue;
            }
            Frame::Changes(changes) if level.is_none_or(|level| changes.span.from == level) => {
                level = Some(changes.span.to);
                if heard.send((changes.span.to, Instant::now())).is_err() {
                    return Ok(());
                }
                continue;
            }
            // Something was missed: what lies between has to be asked for.
            Frame::Changes(changes) => Cursor {
                log_id: changes.span.log_id,
                position: level.context("it was never level")?,
            },
            Frame::Error(error) => bail!("the master says {error}"),
            _ => continue,
        };
        let pull = Pull {
            cursor: from,
            limit: 500,
        };
        socket
            .send(Message::text(Frame::Pull(pull).encode()))
            .await?;
    }
}
