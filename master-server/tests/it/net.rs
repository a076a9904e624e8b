//! Connections: how many, and how long they may say nothing. Over real sockets.

use std::time::Duration;

use master_server::net::ConnectionLimits;
use sync_core::{Frame, Ping, WireError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Master, World};

/// Nothing here takes longer.
const LIMIT: Duration = Duration::from_secs(30);
const HEALTH: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";

async fn master(limits: ConnectionLimits) -> Master {
    Master::with(World::new(), limits).await
}

async fn connect(master: &Master) -> TcpStream {
    TcpStream::connect(master.address).await.expect("connected")
}

/// Everything until the other side closes.
async fn all(socket: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(LIMIT, socket.read_to_end(&mut bytes));
    // A reset after the answer is as good as a close.
    let _ = read.await.expect("closed in time");
    String::from_utf8(bytes).expect("text")
}

/// Asks for the health and leaves the connection open.
async fn ask(socket: &mut TcpStream) -> String {
    socket.write_all(HEALTH).await.expect("sent");
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"ok\n") {
        let read = tokio::time::timeout(LIMIT, socket.read_buf(&mut bytes));
        let read = read.await.expect("answered in time").expect("read");
        assert!(read > 0, "{:?}", String::from_utf8_lossy(&bytes));
    }
    String::from_utf8(bytes).expect("text")
}

fn error(answer: &str) -> (u16, WireError, bool) {
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok());
    let retry = head.contains("retry-after: 5");
    let error = serde_json::from_str(body).expect("an error of ours");
    (status.expect("a status"), error, retry)
}

#[tokio::test]
async fn who_begins_a_request_and_never_ends_it_is_given_up_and_others_are_served() {
    let master = master(ConnectionLimits {
        head_within: Duration::from_millis(300),
        ..ConnectionLimits::default()
    })
    .await;
    let (mut silent, mut slow) = (connect(&master).await, connect(&master).await);
    let mut good = connect(&master).await;
    slow.write_all(&HEALTH[..20]).await.expect("sent");
    assert!(ask(&mut good).await.starts_with("HTTP/1.1 200"));
    for given_up in [&mut silent, &mut slow] {
        let answer = all(given_up).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 408"),
            "{answer}"
        );
    }
    // After its answer a connection has as long again, and no longer.
    let answer = all(&mut good).await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 408"),
        "{answer}"
    );
}

#[tokio::test]
async fn one_address_has_so_many_connections_and_is_told_so() {
    let master = master(ConnectionLimits {
        per_address: 2,
        ..ConnectionLimits::default()
    })
    .await;
    let (mut one, mut two) = (connect(&master).await, connect(&master).await);
    ask(&mut one).await;
    ask(&mut two).await;
    let mut three = connect(&master).await;
    three.write_all(HEALTH).await.expect("sent");
    let (status, refused, retry) = error(&all(&mut three).await);
    assert_eq!((status, retry), (429, true));
    assert_eq!(refused.retry_after_ms, Some(5_000));
    drop(one);
    two.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .await
        .expect("sent");
    assert!(all(&mut two).await.ends_with("ok\n"));
    // A place is free once its connection has ended, which nobody is told.
    loop {
        let mut again = connect(&master).await;
        again.write_all(HEALTH).await.expect("sent");
        let mut first = [0; 12];
        again.read_exact(&mut first).await.expect("an answer");
        match &first {
            b"HTTP/1.1 200" => break,
            other => assert_eq!(other, b"HTTP/1.1 429"),
        }
    }
}

#[tokio::test]
async fn a_socket_holds_its_place_and_who_comes_beyond_all_places_is_told_so() {
    let master = master(ConnectionLimits {
        connections: 1,
        ..ConnectionLimits::default()
    })
    .await;
    let till = master.world.till("till 1").await;
    let mut link = master.online(&till).await;
    let mut late = connect(&master).await;
    late.write_all(HEALTH).await.expect("sent");
    let (status, refused, retry) = error(&all(&mut late).await);
    assert_eq!((status, retry), (503, true));
    assert!(refused.message.contains("too many"), "{refused}");
    link.send(&Frame::Ping(Ping { nonce: 9 })).await;
    assert!(matches!(link.next().await, Some(Frame::Pong(pong)) if pong.nonce == 9));
}
