//! One device's way to the master: a transport like any other.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use futures_util::StreamExt;
use sync_client::transport::{
    CONNECTION_DEPTH, Connection, Lines, Method, Outgoing, Request, Response, Transport,
    TransportError,
};
use tokio::sync::{mpsc, watch};
use tower::ServiceExt;

use super::pump::pump;
use super::{Net, Wire};
use crate::sim::faults::Fault;

/// The name under which the master is known.
const NAME: &str = "localhost:7400";
/// What a hotspot answers before somebody has pressed its button.
const PORTAL: u16 = 403;
/// How long an attempt into the void takes.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// How long a request into the void takes.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);

/// One device's way to the master.
#[derive(Clone)]
pub struct Plug {
    pub(super) net: Net,
    pub(super) device: usize,
}

impl Plug {
    pub(super) fn note(&self, event: String) {
        self.net.with(|net| net.trace.note(event));
    }

    fn wire(&self) -> Wire {
        self.net.with(|net| net.wires[self.device])
    }

    fn cuts(&self) -> watch::Receiver<u64> {
        self.net.with(|net| {
            let mut cuts = net.cuts[self.device].subscribe();
            cuts.mark_unchanged();
            cuts
        })
    }

    /// Waits as long as it takes to find out whether anybody is there.
    async fn reach(&self, limit: Duration) -> Result<Router, TransportError> {
        let delay = self.net.with(|net| net.dice.below(20));
        tokio::time::sleep(Duration::from_millis(1 + delay)).await;
        match self.wire() {
            Wire::Good | Wire::Bad | Wire::Astray => {}
            Wire::Portal => {
                self.net.with(|net| net.fired.count(Fault::Portal));
                return Err(TransportError::Refused { status: PORTAL });
            }
            Wire::Down => return Err(TransportError::Network("no wire".to_owned())),
            Wire::Deaf | Wire::Mute | Wire::Silent => {
                tokio::time::sleep(limit).await;
                let millis = limit.as_millis() as u64;
                return Err(TransportError::TimedOut { millis });
            }
        }
        let router = self.net.reached(self.device).with(|net| net.router.clone());
        router.ok_or_else(|| TransportError::Network("connection refused".to_owned()))
    }

    async fn ask(&self, request: Request) -> Result<axum::response::Response, TransportError> {
        let what = format!("{} {:?}", self.device, request);
        let router = self.reach(ANSWER_LIMIT).await?;
        let mut asked = axum::http::Request::builder()
            .method(match request.method {
                Method::Get => "GET",
                Method::Post => "POST",
                Method::Put => "PUT",
            })
            .uri(request.path)
            .header(HOST, NAME)
            .header(CONTENT_TYPE, "application/json");
        if let Some(token) = request.token {
            asked = asked.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = request.body.map_or_else(Body::empty, Body::from);
        let asked = asked.body(body).map_err(network)?;
        let mut cuts = self.cuts();
        tokio::select! {
            biased;
            _ = cuts.changed() => Err(TransportError::Network("cut".to_owned())),
            answer = router.oneshot(asked) => {
                let answer = answer.map_err(network)?;
                self.note(format!("{what} {}", answer.status()));
                Ok(answer)
            }
        }
    }
}

impl Transport for Plug {
    fn to(&self, _base: &str) -> Self {
        self.clone()
    }

    async fn connect(&self) -> Result<Connection, TransportError> {
        let _ = self.reach(CONNECT_LIMIT).await?;
        let mut cuts = self.cuts();
        let (ours, theirs) = tokio::io::duplex(1 << 20);
        let door = self.net.reached(self.device).with(|net| net.door.clone());
        let sent = door.is_some_and(|door| door.send(theirs).is_ok());
        if !sent {
            return Err(TransportError::Network("connection refused".to_owned()));
        }
        let url = format!("ws://{NAME}/v1/sync");
        let opening = tokio_tungstenite::client_async(url, ours);
        let socket = tokio::select! {
            biased;
            _ = cuts.changed() => return Err(TransportError::Network("cut".to_owned())),
            opened = opening => opened.map_err(network)?.0,
        };
        let (outgoing, to_send) = mpsc::channel::<Outgoing>(CONNECTION_DEPTH);
        let (arrived, incoming) = mpsc::channel(CONNECTION_DEPTH);
        tokio::spawn(pump(self.clone(), socket, to_send, arrived, cuts));
        Ok(Connection { outgoing, incoming })
    }

    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let answer = match self.ask(request).await {
            Err(TransportError::Refused { status }) => {
                return Ok(Response {
                    status,
                    retry_after_ms: None,
                    body: "<html>Welcome, guest</html>".to_owned(),
                });
            }
            answer => answer?,
        };
        let status = answer.status().as_u16();
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX)
            .await
            .map_err(network)?;
        // The answer can be lost as well as the question.
        if self.wire() == Wire::Bad && self.net.with(|net| net.dice.percent(10)) {
            return Err(TransportError::Network("the answer was lost".to_owned()));
        }
        Ok(Response {
            status,
            retry_after_ms: None,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }

    async fn lines(&self, request: Request) -> Result<Lines, TransportError> {
        let mut cuts = self.cuts();
        let answer = self.ask(request).await?;
        let status = answer.status().as_u16();
        let (sender, lines) = mpsc::channel(CONNECTION_DEPTH);
        let mut body = answer.into_body().into_data_stream();
        let plug = self.clone();
        tokio::spawn(async move {
            let mut rest = Vec::new();
            loop {
                let chunk = tokio::select! {
                    biased;
                    _ = cuts.changed() => None,
                    chunk = body.next() => match chunk {
                        None => return,
                        Some(chunk) => chunk.ok(),
                    },
                };
                let lost = plug.wire() == Wire::Bad && plug.net.with(|net| net.dice.percent(5));
                let Some(chunk) = chunk.filter(|_| !lost) else {
                    let cut = TransportError::Network("the stream was cut".to_owned());
                    let _ = sender.send(Err(cut)).await;
                    return;
                };
                rest.extend_from_slice(&chunk);
                while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                    let line: Vec<u8> = rest.drain(..=end).collect();
                    let line = String::from_utf8_lossy(&line).trim().to_owned();
                    if !line.is_empty() && sender.send(Ok(line)).await.is_err() {
                        return;
                    }
                }
            }
        });
        Ok(Lines { status, lines })
    }
}

fn network(error: impl std::fmt::Display) -> TransportError {
    TransportError::Network(error.to_string())
}
