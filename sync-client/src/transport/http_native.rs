use std::time::Duration;

use super::lines::LineCutter;
use super::{ANSWER_MS, Lines, Method, Request, Response, STALL_MS, TransportError, tls_native};

const TIMEOUT: Duration = Duration::from_millis(ANSWER_MS);
const STALL: Duration = Duration::from_millis(STALL_MS);

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
    let (cutter, lines) = LineCutter::new();
    tokio::spawn(pump(response, cutter));
    Ok(Lines { status, lines })
}

async fn pump(mut response: reqwest::Response, mut cutter: LineCutter) {
    let broken = loop {
        match tokio::time::timeout(STALL, response.chunk()).await {
            Ok(Ok(Some(chunk))) if cutter.take(&chunk).await => {}
            Ok(Ok(Some(_))) => return,
            Ok(Ok(None)) => break None,
            Ok(Err(error)) => break Some(failure(&error)),
            Err(_) => break Some(stalled()),
        }
    };
    cutter.end(broken).await;
}

fn build(http: &reqwest::Client, base: &str, request: Request) -> reqwest::RequestBuilder {
    let url = format!("{base}{}", request.path);
    let mut builder = match request.method {
        Method::Get => http.get(url),
        Method::Post => http.post(url),
        Method::Put => http.put(url),
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
    TransportError::TimedOut { millis: STALL_MS }
}

fn failure(error: &reqwest::Error) -> TransportError {
    if error.is_timeout() {
        return TransportError::TimedOut { millis: ANSWER_MS };
    }
    tls_native::refused(error).unwrap_or_else(|| TransportError::Network(error.to_string()))
}
