//! Many connections that say nothing, held by one master.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use sync_core::{Cursor, Frame, Pong, Position, Pull};
use tokio::sync::Semaphore;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

use crate::world::{RawDevice, World, patiently};

/// How long anything may take.
const LIMIT: Duration = Duration::from_secs(300);
/// Progress is told after every so many connections.
const TOLD_EVERY: usize = 100;
/// A master that idles has to answer everybody for so long before the write.
const IDLE: Duration = Duration::from_secs(20);

/// Opens so many connections, lets them idle, and sells: everybody has to hear of it.
///
/// # Errors
/// When a connection is lost, or somebody hears nothing.
pub async fn run(connections: usize) -> Result<Value> {
    let mut world = World::with_tills(1).await?;
    // Each device has joined over a request, whose connection stays for a while.
    let most = (connections * 2 + 100).to_string();
    world.master.stop().await?;
    let options = [
        "--max-connections",
        &most,
        "--max-connections-per-address",
        &most,
    ];
    world.master.set_options(&options);
    world.master.start().await?;
    world.tills[0].client().retry_now();
    world.tills[0].until_online().await?;
    let before = world.master.resident_kib()?;
    let ready = Arc::new(Semaphore::new(0));
    let mut listening = Vec::with_capacity(connections);
    for number in 0..connections {
        let device = RawDevice::join(&world.master, &format!("idle-{number}")).await?;
        let ready = Arc::clone(&ready);
        listening.push(tokio::spawn(async move {
            let heard = listen(device, &ready).await;
            if let Err(error) = &heard {
                eprintln!("soak: connection {number}: {error:#}");
                // Nobody waits for it any longer than for the others.
                ready.close();
            }
            heard
        }));
        if (number + 1).is_multiple_of(TOLD_EVERY) {
            eprintln!("soak: {} of {connections} connections are open", number + 1);
        }
    }
    let all = ready.acquire_many(connections as u32);
    let _all = patiently(LIMIT, "every connection to be level", all).await??;
    eprintln!(
        "soak: everybody is level; they idle for {} s",
        IDLE.as_secs()
    );
    tokio::time::sleep(IDLE).await;
    let idle = world.master.resident_kib()?;
    let begun = Instant::now();
    world.sell(0, "heard by everybody", 1).await?;
    let mut heard = Vec::with_capacity(connections);
    for one in listening {
        let at = patiently(LIMIT, "a connection to hear of a sale", one).await???;
        heard.push(at.duration_since(begun).as_millis() as u64);
    }
    heard.sort_unstable();
    ensure!(heard.len() == connections, "somebody heard nothing");
    let of = |share: usize| heard[(heard.len() * share / 100).min(heard.len() - 1)];
    let after = world.master.resident_kib()?;
    world.end().await?;
    Ok(json!({
        "connections": connections,
        "resident_kib": { "before": before, "idle": idle, "after": after },
        "kib_per_connection": (idle.saturating_sub(before)) / connections as u64,
        "heard_ms": { "first": heard[0], "median": of(50), "p99": of(99), "last": of(100) },
    }))
}

/// Follows the store and says when it heard of something new.
async fn listen(device: RawDevice, ready: &Semaphore) -> Result<Instant> {
    let (mut socket, _) = connect_async(device.socket_url()).await?;
    let hello = Frame::Hello(device.hello()).encode();
    socket.send(Message::text(hello)).await?;
    let mut level: Option<Position> = None;
    loop {
        let message = socket.next().await.context("the connection ended")??;
        let Message::Text(text) = message else {
            continue;
        };
        let answer = match Frame::decode(&text) {
            Ok(Frame::Welcome(welcome)) => Frame::Pull(Pull {
                cursor: Cursor {
                    log_id: welcome.log_id,
                    position: welcome.head,
                },
                limit: 500,
            }),
            Ok(Frame::Ping(ping)) => Frame::Pong(Pong {
                nonce: ping.nonce,
                log_id: None,
                term: sync_core::Term(0),
                time: None,
            }),
            Ok(Frame::Changes(changes)) => {
                match level {
                    Some(level) if changes.span.to > level => return Ok(Instant::now()),
                    Some(_) => {}
                    None => {
                        level = Some(changes.span.to);
                        ready.add_permits(1);
                    }
                }
                continue;
            }
            Ok(Frame::Error(error)) => anyhow::bail!("the master says {error}"),
            _ => continue,
        };
        socket.send(Message::text(answer.encode())).await?;
    }
}
