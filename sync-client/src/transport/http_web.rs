use gloo_net::http::{self, RequestBuilder};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStream, ReadableStreamDefaultReader};

use super::lines::LineCutter;
use super::web::within;
use super::{ANSWER_MS, Lines, Method, Request, Response, STALL_MS, TransportError};
use crate::platform;

/// Sends a request and reads the whole answer.
pub(super) async fn send(base: &str, request: Request) -> Result<Response, TransportError> {
    within(ANSWER_MS, async {
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
    let (cutter, lines) = LineCutter::new();
    if let Some(body) = response.body() {
        platform::spawn(pump(body, cutter));
    }
    Ok(Lines { status, lines })
}

async fn begin(base: &str, request: Request) -> Result<http::Response, TransportError> {
    let url = format!("{base}{}", request.path);
    let mut builder = match request.method {
        Method::Get => RequestBuilder::new(&url).method(http::Method::GET),
        Method::Post => RequestBuilder::new(&url).method(http::Method::POST),
        Method::Put => RequestBuilder::new(&url).method(http::Method::PUT),
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

async fn pump(body: ReadableStream, mut cutter: LineCutter) {
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let broken = loop {
        match within(STALL_MS, chunk(&reader)).await {
            Ok(Some(chunk)) if cutter.take(&chunk).await => {}
            Ok(Some(_)) => return let_go(&reader).await,
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    cutter.end(broken).await;
    let_go(&reader).await;
}

/// Gives the connection free. What a broken stream says to that is of no interest.
async fn let_go(reader: &ReadableStreamDefaultReader) {
    let _ = JsFuture::from(reader.cancel()).await;
}

async fn chunk(reader: &ReadableStreamDefaultReader) -> Result<Option<Vec<u8>>, TransportError> {
    let cut = |thrown: JsValue| TransportError::Network(platform::spoken(&thrown));
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
