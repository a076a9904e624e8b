//! A connection over plain requests, for networks that let no socket through: the same frames, each
//! answered by one request. Nothing arrives unasked.

use sync_core::json::text as json;
use sync_core::{Frame, Hlc, Ping, Pong, Pull, Term, WireError};

use super::{CONNECTION_DEPTH, Connection, Method, Outgoing, Request, Transport, TransportError};
use crate::platform::{self, mpsc};

/// Opens a connection over requests. Whether the master is there shows with the first frame, and
/// nothing arrives unasked.
pub fn open<T: Transport>(transport: T) -> Connection {
    let (outgoing, to_send) = mpsc::channel(CONNECTION_DEPTH);
    let (arrived, incoming) = mpsc::channel(CONNECTION_DEPTH);
    platform::spawn(carry(transport, to_send, arrived));
    Connection { outgoing, incoming }
}

async fn carry<T: Transport>(
    transport: T,
    mut to_send: mpsc::Receiver<Outgoing>,
    arrived: mpsc::Sender<Result<String, TransportError>>,
) {
    let mut token = None;
    while let Some(Outgoing { frame, .. }) = to_send.recv().await {
        if let Frame::Hello(hello) = &frame {
            token = Some(hello.token.clone());
        }
        let Some((tag, request)) = request_of(&frame, token.clone()) else {
            continue;
        };
        let answer = ask(&transport, &frame, tag, request).await;
        let broken = answer.is_err();
        if arrived.send(answer).await.is_err() || broken {
            return;
        }
    }
}

async fn ask<T: Transport>(
    transport: &T,
    frame: &Frame,
    tag: &str,
    request: Request,
) -> Result<String, TransportError> {
    let response = transport.send(request).await?;
    if response.status >= 400 {
        // Without our own error shape it is something in between that answers.
        let error = sync_core::json::read::<WireError>(&response.body);
        let status = response.status;
        let mut error = error.map_err(|_| TransportError::Refused { status })?;
        error.retry_after_ms = error.retry_after_ms.or(response.retry_after_ms);
        return Ok(Frame::Error(error).encode_from_device());
    }
    if let Frame::Ping(Ping { nonce }) = frame {
        let pong = Pong {
            nonce: *nonce,
            log_id: None,
            term: Term(0),
            time: None::<Hlc>,
        };
        return Ok(Frame::Pong(pong).encode_from_device());
    }
    Ok(format!(r#"{{"{tag}":{}}}"#, response.body))
}

/// The request that stands for a frame, and the tag of its answer; none for what needs no answer.
fn request_of(frame: &Frame, token: Option<String>) -> Option<(&'static str, Request)> {
    let (tag, path, body) = match frame {
        Frame::Hello(hello) => ("welcome", "/v1/sync/hello".to_owned(), Some(json(hello))),
        Frame::Push(push) => ("outcomes", "/v1/sync/push".to_owned(), Some(json(push))),
        Frame::Check(check) => ("checked", "/v1/sync/check".to_owned(), Some(json(check))),
        Frame::QueueStatus(queue) => ("pong", "/v1/sync/queue".to_owned(), Some(json(queue))),
        // What has been applied is told by the cursor of the next pull.
        Frame::Pull(pull) => ("changes", pull_path(pull), None),
        Frame::Ping(_) => ("pong", "/healthz".to_owned(), None),
        _ => return None,
    };
    let method = match body {
        Some(_) => Method::Post,
        None => Method::Get,
    };
    let request = Request {
        method,
        path,
        token,
        body,
    };
    Some((tag, request))
}

fn pull_path(pull: &Pull) -> String {
    let log_id = pull.cursor.log_id;
    format!(
        "/v1/sync/pull?generation={}&log={}&position={}&limit={}",
        log_id.generation, log_id.uuid, pull.cursor.position, pull.limit
    )
}
