use super::{
    Connection, Lines, Request, Response, Transport, TransportError, http_native, next_base,
    ws_native,
};

/// Reaches a master from a native program.
#[derive(Clone, Debug)]
pub struct NativeTransport {
    base: String,
    http: reqwest::Client,
}

impl NativeTransport {
    /// Reaches the master at a base address such as `http://127.0.0.1:7400`.
    pub fn new(base: &str) -> Self {
        Self {
            base: base.trim_end_matches('/').to_owned(),
            http: reqwest::Client::new(),
        }
    }
}

impl Transport for NativeTransport {
    fn to(&self, base: &str) -> Self {
        Self {
            base: next_base(&self.base, base).unwrap_or_else(|| self.base.clone()),
            http: self.http.clone(),
        }
    }

    async fn connect(&self) -> Result<Connection, TransportError> {
        ws_native::connect(&self.base).await
    }

    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        http_native::send(&self.http, &self.base, request).await
    }

    async fn lines(&self, request: Request) -> Result<Lines, TransportError> {
        http_native::lines(&self.http, &self.base, request).await
    }
}
