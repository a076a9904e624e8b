//! The answer to a connection for which there is no room.

use std::io;
use std::time::Duration;

use sync_core::{Code, WireError};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use super::doors::Doors;

/// When to come again, in seconds.
const COME_AGAIN: u64 = 5;
/// How long the other side may take to hear it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// One address has too many connections.
    OfThisAddress,
    /// All together are too many.
    Everywhere,
}

/// Says so, without reading what is wanted.
pub(super) async fn answer(socket: TcpStream, doors: &Doors, full: Full) {
    let said = async {
        match doors.encrypt(socket).await? {
            Ok(socket) => say(socket, full).await,
            Err(socket) => say(socket, full).await,
        }
    };
    // Who does not listen is not told.
    let _ = tokio::time::timeout(PATIENCE, said).await;
}

async fn say(mut socket: impl AsyncRead + AsyncWrite + Unpin, full: Full) -> io::Result<()> {
    socket.write_all(text(full).as_bytes()).await?;
    socket.shutdown().await?;
    // A connection closed over unread bytes is reset, and the answer lost with it.
    let mut unread = [0; 1_024];
    while socket.read(&mut unread).await? > 0 {}
    Ok(())
}

fn text(full: Full) -> String {
    let (status, message) = match full {
        Full::OfThisAddress => (
            "429 Too Many Requests",
            "this address has too many connections open",
        ),
        Full::Everywhere => (
            "503 Service Unavailable",
            "the master has too many connections open",
        ),
    };
    let error = WireError::new(Code::RateLimited, message).retry_after(COME_AGAIN * 1_000);
    let body = serde_json::to_string(&error).unwrap_or_default();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         retry-after: {COME_AGAIN}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}
