//! Frames on their way, each on its own journey.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use sync_client::transport::{Outgoing, TransportError};
use tokio::io::DuplexStream;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use super::Way;
use super::plug::Plug;

type Socket = tokio_tungstenite::WebSocketStream<DuplexStream>;

/// Carries frames both ways, each on its own journey, until the wire is cut or a side leaves.
pub(super) async fn pump(
    plug: Plug,
    socket: Socket,
    mut to_send: mpsc::Receiver<Outgoing>,
    arrived: mpsc::Sender<Result<String, TransportError>>,
    mut cuts: watch::Receiver<u64>,
) {
    let (mut sink, mut stream) = socket.split();
    let (up, mut at_master) = mpsc::unbounded_channel::<String>();
    let (down, mut at_device) = mpsc::unbounded_channel::<String>();
    let mut last = [Instant::now(); 2];
    let cut = loop {
        tokio::select! {
            biased;
            _ = cuts.changed() => break true,
            frame = to_send.recv() => match frame {
                Some(frame) => travel(&plug, Way::Up, &frame.text, &mut last[0], &up),
                None => break false,
            },
            message = stream.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    travel(&plug, Way::Down, &text, &mut last[1], &down);
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    plug.note(format!("{} socket: {error}", plug.device));
                    break false;
                }
                None => break false,
            },
            Some(text) = at_master.recv() => {
                if sink.send(Message::text(text)).await.is_err() {
                    break false;
                }
            }
            Some(text) = at_device.recv() => {
                if arrived.try_send(Ok(text)).is_err() {
                    plug.note(format!("{} takes no more", plug.device));
                    break false;
                }
            }
        }
    };
    if !cut {
        // What was sent before the end still arrives.
        tokio::time::sleep(Duration::from_millis(20)).await;
        while let Ok(text) = at_device.try_recv() {
            let _ = arrived.try_send(Ok(text));
        }
    }
    let _ = arrived.try_send(Err(TransportError::Network(
        "the connection ended".to_owned(),
    )));
}

fn travel(
    plug: &Plug,
    way: Way,
    text: &str,
    last: &mut Instant,
    to: &mpsc::UnboundedSender<String>,
) {
    let (journey, in_order, text) = plug.net.with(|net| {
        let journey = net.journey(plug.device, way, text);
        let text = net.worded(plug.device, text);
        (journey, net.in_order(plug.device), text)
    });
    for delay in journey {
        let mut at = Instant::now() + delay;
        if in_order {
            // One nanosecond would do; timers count milliseconds.
            at = at.max(*last + Duration::from_millis(1));
            *last = at;
        }
        let (text, to) = (text.clone(), to.clone());
        tokio::spawn(async move {
            tokio::time::sleep_until(at).await;
            let _ = to.send(text);
        });
    }
}
