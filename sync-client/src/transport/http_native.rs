use std::time::Duration;

use tokio::sync::mpsc;

use super::{Lines, Method, Request, Response, TransportError};

/// The longest an answer may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// The longest the first byte of a stream, or the next, may take.
const STALL: Duration = Duration::from_secs(20);
/// How many lines wait for a slow reader.
const LINES_AHEAD: usize = 1_024;

/// Sends a request and reads the whole answer.
pub(super) async fn send(
    http: &reqwest::Client,
    base: &str,
    request: Request,
) -> Result<Response, TransportError> {
    let sent = build(http, base, request).timeout(TIMEOUT).send().await;
    let response = sent.map_err(|e| failure(&e))?;
    let status = response.status().as_u16();
    let retry_after_ms = response
        .headers()
        .get(reqwest::header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok())
        .map(|seconds| seconds * 1_000);
    let body = response.text().await.map_err(|e| failure(&e))?;
    Ok(Response {
        status,
        retry_after_ms,
        body,
    })
}

/// Sends a request and reads the answer line by line.
pub(super) async fn lines(
    http: &reqwest::Client,
    base: &str,
    request: Request,
) -> Result<Lines, TransportError> {
    let sent = tokio::time::timeout(STALL, build(http, base, request).send()).await;
    let response = sent.map_err(|_| stalled())?.map_err(|e| failure(&e))?;
    let status = response.status().as_u16();
    let (sender, lines) = mpsc::channel(LINES_AHEAD);
    tokio::spawn(pump(response, sender));
    Ok(Lines { status, lines })
}

async fn pump(
    mut response: reqwest::Response,
    lines: mpsc::Sender<Result<String, TransportError>>,
) {
    let mut rest = Vec::new();
    loop {
        let chunk = match tokio::time::timeout(STALL, response.chunk()).await {
            Ok(Ok(Some(chunk))) => chunk,
            Ok(Ok(None)) => break,
            Ok(Err(error)) => return drop(lines.send(Err(failure(&error))).await),
            Err(_) => return drop(lines.send(Err(stalled())).await),
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
                return;
            }
        }
    }
    if !rest.is_empty() {
        let line = String::from_utf8_lossy(&rest).into_owned();
        let _ = lines.send(Ok(line)).await;
    }
}

fn build(http: &reqwest::Client, base: &str, request: Request) -> reqwest::RequestBuilder {
    let url = format!("{base}{}", request.path);
    let mut builder = match request.method {
        Method::Get => http.get(url),
        Method::Post => http.post(url),
    };
    if let Some(token) = request.token {
        builder = builder.bearer_auth(token);
    }
    if let Some(body) = request.body {
        builder = builder
            .header(reqwest::header::CONTENT_TYPE, "application/json")
            .body(body);
    }
    builder
}

fn stalled() -> TransportError {
    TransportError::TimedOut {
        millis: STALL.as_millis() as u64,
    }
}

fn failure(error: &reqwest::Error) -> TransportError {
    if error.is_timeout() {
        return TransportError::TimedOut {
            millis: TIMEOUT.as_millis() as u64,
        };
    }
    TransportError::Network(error.to_string())
}
