use std::pin::pin;

use futures_util::future::{Either, select};

use super::{
    Connection, Lines, Request, Response, Transport, TransportError, http_web, next_base, ws_web,
};
use crate::platform;

/// Reaches a master from a browser.
#[derive(Clone, Debug)]
pub struct WebTransport {
    base: String,
}

impl WebTransport {
    /// Reaches the master at a base address such as `http://127.0.0.1:7400`.
    pub fn new(base: &str) -> Self {
        Self {
            base: base.trim_end_matches('/').to_owned(),
        }
    }
}

impl Transport for WebTransport {
    fn to(&self, base: &str) -> Self {
        Self {
            base: next_base(&self.base, base).unwrap_or_else(|| self.base.clone()),
        }
    }

    async fn connect(&self) -> Result<Connection, TransportError> {
        ws_web::connect(&self.base).await
    }

    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        http_web::send(&self.base, request).await
    }

    async fn lines(&self, request: Request) -> Result<Lines, TransportError> {
        http_web::lines(&self.base, request).await
    }
}

/// Waits for something, but not for ever.
pub(super) async fn within<T>(
    millis: u64,
    work: impl Future<Output = Result<T, TransportError>>,
) -> Result<T, TransportError> {
    match select(pin!(work), pin!(platform::sleep(millis))).await {
        Either::Left((done, _)) => done,
        Either::Right(_) => Err(TransportError::TimedOut { millis }),
    }
}
