use std::time::Instant;

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, accept_async, connect_async_with_config};

use super::ROW_BYTES;
use crate::bench::Times;

/// Round trips that are not counted.
const WARM_UP: usize = 50;

/// A socket on this machine that says back what it is told. Whoever answers has a thread of its own, as
/// a server has a process of its own.
pub(in crate::bench) struct Echo {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Echo {
    /// Opens both ends.
    pub(in crate::bench) async fn open() -> Result<Self> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        // It ends with the socket.
        std::thread::spawn(move || runtime.block_on(answer(listener)));
        let url = format!("ws://{address}");
        let (socket, _) = connect_async_with_config(url, None, true).await?;
        Ok(Self { socket })
    }

    /// How long there and back takes, of a text as long as a small mutation.
    pub(in crate::bench) async fn round_trips(&mut self, count: usize) -> Result<Times> {
        let text = "x".repeat(ROW_BYTES);
        let mut times = Times::default();
        for number in 0..WARM_UP + count {
            let begun = Instant::now();
            self.socket.send(Message::text(text.clone())).await?;
            let answer = self.socket.next().await;
            answer.context("the echo is gone")??;
            if number >= WARM_UP {
                times.push(begun.elapsed());
            }
        }
        Ok(times)
    }
}

async fn answer(listener: std::net::TcpListener) -> Result<()> {
    let (stream, _) = TcpListener::from_std(listener)?.accept().await?;
    // As the other end: no small frame waits for a later one.
    stream.set_nodelay(true)?;
    let mut socket = accept_async(stream).await?;
    while let Some(Ok(message)) = socket.next().await {
        socket.send(message).await?;
    }
    Ok(())
}
