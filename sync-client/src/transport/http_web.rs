use gloo_net::http::{self, RequestBuilder};
use js_sys::{Reflect, Uint8Array};
use tokio::sync::mpsc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ReadableStream, ReadableStreamDefaultReader};

use super::web::within;
use super::{Lines, Method, Request, Response, TransportError};

/// The longest an answer may take.
const TIMEOUT_MS: u64 = 20_000;
/// The longest the first byte of a stream, or the next, may take.
const STALL_MS: u64 = 20_000;
/// How many lines wait for a slow reader.
const LINES_AHEAD: usize = 1_024;

/// Sends a request and reads the whole answer.
pub(super) async fn send(base: &str, request: Request) -> Result<Response, TransportError> {
    within(TIMEOUT_MS, async {
        let response = begin(base, request).await?;
        let retry_after_ms = response
            .headers()
            .get("retry-after")
            .and_then(|value| value.parse::<u64>().ok())
            .map(|seconds| seconds * 1_000);
        let status = response.status();
        let body = response.text().await.map_err(|e| failure(&e))?;
        Ok(Response {
            status,
            retry_after_ms,
            body,
        })
    })
    .await
}

/// Sends a request and reads the answer line by line.
pub(super) async fn lines(base: &str, request: Request) -> Result<Lines, TransportError> {
    let response = within(STALL_MS, begin(base, request)).await?;
    let status = response.status();
    let (sender, lines) = mpsc::channel(LINES_AHEAD);
    if let Some(body) = response.body() {
        spawn_local(pump(body, sender));
    }
    Ok(Lines { status, lines })
}

async fn begin(base: &str, request: Request) -> Result<http::Response, TransportError> {
    let url = format!("{base}{}", request.path);
    let mut builder = match request.method {
        Method::Get => RequestBuilder::new(&url).method(http::Method::GET),
        Method::Post => RequestBuilder::new(&url).method(http::Method::POST),
    };
    if let Some(token) = &request.token {
        builder = builder.header("Authorization", &format!("Bearer {token}"));
    }
    let sent = match request.body {
        Some(body) => {
            let built = builder
                .header("Content-Type", "application/json")
                .body(body);
            built.map_err(|e| failure(&e))?.send().await
        }
        None => builder.send().await,
    };
    sent.map_err(|e| failure(&e))
}

async fn pump(body: ReadableStream, lines: mpsc::Sender<Result<String, TransportError>>) {
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut rest = Vec::new();
    loop {
        let chunk = match within(STALL_MS, chunk(&reader)).await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => break,
            Err(error) => {
                let _ = lines.send(Err(error)).await;
                break;
            }
        };
        rest.extend_from_slice(&chunk);
        let Some(end) = rest.iter().rposition(|byte| *byte == b'\n') else {
            continue;
        };
        let whole: Vec<u8> = rest.drain(..=end).collect();
        for line in whole
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
        {
            let line = String::from_utf8_lossy(line).into_owned();
            if lines.send(Ok(line)).await.is_err() {
                return let_go(&reader).await;
            }
        }
    }
    if !rest.is_empty() {
        let line = String::from_utf8_lossy(&rest).into_owned();
        let _ = lines.send(Ok(line)).await;
    }
    let_go(&reader).await;
}

/// Gives the connection free. What a broken stream says to that is of no interest.
async fn let_go(reader: &ReadableStreamDefaultReader) {
    let _ = JsFuture::from(reader.cancel()).await;
}

async fn chunk(reader: &ReadableStreamDefaultReader) -> Result<Option<Vec<u8>>, TransportError> {
    let cut = |thrown: JsValue| TransportError::Network(format!("{thrown:?}"));
    let read = JsFuture::from(reader.read()).await.map_err(cut)?;
    let done = Reflect::get(&read, &"done".into()).map_err(cut)?;
    if done.is_truthy() {
        return Ok(None);
    }
    let value = Reflect::get(&read, &"value".into()).map_err(cut)?;
    Ok(Some(Uint8Array::new(&value).to_vec()))
}

fn failure(error: &gloo_net::Error) -> TransportError {
    TransportError::Network(error.to_string())
}
