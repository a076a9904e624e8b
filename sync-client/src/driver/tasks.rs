//! What runs beside the loop because it waits for the network.

use sync_core::{Code, Enroll, Enrolled, WireError, json};

use crate::engine::Line;
use crate::platform::{self, mpsc, oneshot};
use crate::storage::Storage;
use crate::transport::{Connection, Method, Request, Response, Transport, TransportError, rest};
use crate::{ClientError, StorageHealth};

/// The waits between the attempts of a person's request, in milliseconds.
const RETRIES: [u64; 3] = [1_000, 2_000, 4_000];

/// What a task has to say.
pub(super) enum Event {
    Opened {
        of: u64,
        opened: Result<(Connection, bool), TransportError>,
    },
    Lines {
        of: u64,
        lines: Vec<Line>,
    },
    StreamEnded {
        of: u64,
        error: Option<WireError>,
    },
    Enrolled {
        result: Result<Box<Enrolled>, ClientError>,
        answer: Option<oneshot::Sender<Result<(), ClientError>>>,
    },
    Health(StorageHealth),
}

/// Opens a connection: a socket, or plain requests where the network lets no socket through.
pub(super) fn connect<T: Transport>(
    transport: &T,
    by_requests: bool,
    of: u64,
    events: &mpsc::Sender<Event>,
) {
    let (transport, events) = (transport.clone(), events.clone());
    platform::spawn(async move {
        let socket = match by_requests {
            true => None,
            false => Some(transport.connect().await),
        };
        let opened = match socket {
            None => Ok((rest::open(transport), true)),
            Some(Ok(connection)) => Ok((connection, false)),
            // Who is silent to a socket is most often silent to requests: that would only take longer.
            Some(Err(error @ TransportError::TimedOut { .. })) => Err(error),
            Some(Err(error)) => match lives(&transport).await {
                true => Ok((rest::open(transport), true)),
                false => Err(error),
            },
        };
        let _ = events.send(Event::Opened { of, opened }).await;
    });
}

/// Tries whether a socket opens by now; says so only where it does.
pub(super) fn probe<T: Transport>(transport: &T, of: u64, events: &mpsc::Sender<Event>) {
    let (transport, events) = (transport.clone(), events.clone());
    platform::spawn(async move {
        if let Ok(connection) = transport.connect().await {
            let opened = Ok((connection, false));
            let _ = events.send(Event::Opened { of, opened }).await;
        }
    });
}

/// Whether a node answers plain requests, and not something in between.
async fn lives<T: Transport>(transport: &T) -> bool {
    let request = Request {
        method: Method::Get,
        path: "/healthz".to_owned(),
        token: None,
        body: None,
    };
    let answer = transport.send(request).await;
    answer.is_ok_and(|answer| answer.status == 200 && answer.body.trim() == "ok")
}

/// Asks a storage how safe it is, beside whatever it does.
pub(super) fn health<S: Storage>(storage: &S, events: &mpsc::Sender<Event>) {
    let (health, events) = (storage.health(), events.clone());
    platform::spawn(async move {
        let _ = events.send(Event::Health(health.await)).await;
    });
}

/// Asks for an identity.
pub(super) fn enroll<T: Transport>(
    transport: &T,
    enroll: Enroll,
    answer: Option<oneshot::Sender<Result<(), ClientError>>>,
    events: &mpsc::Sender<Event>,
) {
    let (transport, events) = (transport.clone(), events.clone());
    platform::spawn(async move {
        let body = json::text(&enroll);
        let request = Request {
            method: Method::Post,
            path: "/v1/enroll".to_owned(),
            token: None,
            body: Some(body),
        };
        let result = ask(&transport, request, &RETRIES)
            .await
            .and_then(|response| {
                let read = json::read(&response.body).map(Box::new);
                read.map_err(|_| ClientError::Foreign {
                    status: response.status,
                })
            });
        let _ = events.send(Event::Enrolled { result, answer }).await;
    });
}

/// Sends a person's request.
pub(super) fn request<T: Transport>(
    transport: &T,
    request: Request,
    patient: bool,
    answer: oneshot::Sender<Result<Response, ClientError>>,
) {
    let transport = transport.clone();
    let waits = if patient { &RETRIES[..] } else { &[] };
    platform::spawn(async move {
        let _ = answer.send(ask(&transport, request, waits).await);
    });
}

/// Sends a request, again after each of the waits while the network lets no answer through.
async fn ask<T: Transport>(
    transport: &T,
    request: Request,
    waits: &[u64],
) -> Result<Response, ClientError> {
    let mut waits = waits.iter();
    loop {
        let error = match transport.send(request.clone()).await {
            Ok(response) if response.status < 400 => return Ok(response),
            Ok(response) => match json::read::<WireError>(&response.body) {
                Ok(error) => return Err(ClientError::Refused(error)),
                Err(_) => ClientError::Foreign {
                    status: response.status,
                },
            },
            Err(error) => ClientError::Transport(error),
        };
        match waits.next() {
            Some(wait) => platform::sleep(*wait).await,
            None => return Err(error),
        }
    }
}

/// Streams a snapshot in chunks of lines.
pub(super) fn stream<T: Transport>(
    transport: &T,
    request: Request,
    chunk: usize,
    of: u64,
    events: &mpsc::Sender<Event>,
) {
    let (transport, events) = (transport.clone(), events.clone());
    platform::spawn(async move {
        let mut lines = Vec::new();
        let error = read_stream(&transport, request, chunk, of, &events, &mut lines).await;
        // What came before it broke need not come again.
        if !lines.is_empty() {
            let _ = events.send(Event::Lines { of, lines }).await;
        }
        let _ = events.send(Event::StreamEnded { of, error }).await;
    });
}

async fn read_stream<T: Transport>(
    transport: &T,
    request: Request,
    chunk: usize,
    of: u64,
    events: &mpsc::Sender<Event>,
    lines: &mut Vec<Line>,
) -> Option<WireError> {
    let unreachable = |error: &TransportError| {
        WireError::new(Code::Internal, format!("the snapshot was cut off: {error}"))
    };
    let mut answer = match transport.lines(request).await {
        Ok(answer) => answer,
        Err(error) => return Some(unreachable(&error)),
    };
    while let Some(piece) = answer.lines.recv().await {
        let piece = match piece {
            Ok(piece) => piece,
            Err(error) => return Some(unreachable(&error)),
        };
        if answer.status != 200 {
            let foreign = format!("the snapshot was answered with status {}", answer.status);
            let own = json::read(&piece);
            return Some(own.unwrap_or_else(|_| WireError::new(Code::Internal, foreign)));
        }
        for line in piece.split('\n').filter(|line| !line.is_empty()) {
            match json::read(line) {
                Ok(line) => lines.push(line),
                Err(error) => {
                    let message = format!("a line of the snapshot cannot be read: {error}");
                    return Some(WireError::new(Code::Internal, message));
                }
            }
            if lines.len() >= chunk || matches!(lines.last(), Some(Line::End(_))) {
                let lines = std::mem::take(lines);
                if events.send(Event::Lines { of, lines }).await.is_err() {
                    return None;
                }
            }
        }
    }
    None
}
