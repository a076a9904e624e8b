//! Sockets, frame by frame.

use std::io::Cursor;
use std::net::SocketAddr;

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt, join};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::{accept_async, client_async};

use super::head::Head;
use super::{Direction, Mode, Shared, Verdict};

/// Headers of an upgrade that either side makes for itself.
const OWN_HEADERS: [&str; 7] = [
    "host",
    "connection",
    "upgrade",
    "sec-websocket-key",
    "sec-websocket-version",
    "sec-websocket-extensions",
    "content-length",
];

/// Carries the frames of a socket until one side ends it.
pub(super) async fn carry(
    till: TcpStream,
    master: TcpStream,
    address: SocketAddr,
    head: Head,
    shared: &Shared,
) -> Result<()> {
    let request = upgrade_request(address, &head.text)?;
    let (reader, writer) = till.into_split();
    let first = [head.text.into_bytes(), head.rest].concat();
    let till = join(Cursor::new(first).chain(reader), writer);
    let (mut master, _) = client_async(request, master).await?;
    let mut till = accept_async(till).await?;
    let _open = Open::new(shared);
    let mut mode = shared.mode.subscribe();
    let mut refused = shared.no_sockets.subscribe();
    loop {
        let (direction, message) = tokio::select! {
            message = till.next() => (Direction::Up, message),
            message = master.next() => (Direction::Down, message),
            _ = refused.wait_for(|refused| *refused) => return Ok(()),
        };
        let Some(message) = message else {
            return Ok(());
        };
        let message = message?;
        // What was sent after the link was closed does not pass, whoever hears of it first.
        let now = *mode.wait_for(|mode| *mode != Mode::Silent).await?;
        if now == Mode::Closed {
            return Ok(());
        }
        let verdict = match &message {
            Message::Text(text) => shared.judge(direction, text),
            _ => Verdict::Pass,
        };
        let (cuts, message) = match verdict {
            Verdict::Pass => (false, message),
            Verdict::PassAndCut => (true, message),
            Verdict::Replace(text) => (false, Message::text(text)),
            Verdict::Lose => continue,
            Verdict::Cut => return Ok(()),
            Verdict::Break => return break_off(till.get_mut(), &message.into_data()).await,
        };
        match direction {
            Direction::Up => master.send(message).await?,
            Direction::Down => till.send(message).await?,
        }
        if cuts {
            return Ok(());
        }
    }
}

/// Sends half of a text frame to the till, as the first bytes of a whole one.
async fn break_off(till: &mut (impl AsyncWrite + Unpin), data: &[u8]) -> Result<()> {
    let mut bytes = vec![0x81, 127];
    bytes.extend_from_slice(&(data.len() as u64).to_be_bytes());
    bytes.extend_from_slice(&data[..data.len() / 2]);
    till.write_all(&bytes).await?;
    Ok(till.shutdown().await?)
}

/// A socket that is open, counted.
struct Open<'a>(&'a Shared);

impl<'a> Open<'a> {
    fn new(shared: &'a Shared) -> Self {
        shared.sockets.send_modify(|open| *open += 1);
        Self(shared)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.sockets.send_modify(|open| *open -= 1);
    }
}

/// The till's upgrade request, as it goes on to the master.
fn upgrade_request(
    address: SocketAddr,
    head: &str,
) -> Result<tokio_tungstenite::tungstenite::http::Request<()>> {
    let mut lines = head.lines();
    let path = lines.next().and_then(|line| line.split(' ').nth(1));
    let path = path.context("a request without a path")?;
    let mut request = format!("ws://{address}{path}").into_client_request()?;
    for line in lines.take_while(|line| !line.is_empty()) {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let name = name.trim().to_ascii_lowercase();
        if !OWN_HEADERS.contains(&name.as_str()) {
            let name: HeaderName = name.parse()?;
            request
                .headers_mut()
                .append(name, HeaderValue::from_str(value.trim())?);
        }
    }
    Ok(request)
}
