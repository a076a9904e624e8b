use std::sync::Arc;

use sync_core::Fingerprint;

use super::{
    Connection, Lines, Request, Response, Transport, TransportError, http_native, next_base,
    tls_native, ws_native,
};

/// Reaches a master from a native program.
#[derive(Clone, Debug)]
pub struct NativeTransport {
    base: String,
    http: reqwest::Client,
    tls: Arc<rustls::ClientConfig>,
}

impl NativeTransport {
    /// Reaches the master at a base address such as `http://127.0.0.1:7400`, or behind a public
    /// certificate. One with a store's own is answered [`TransportError::Untrusted`], which names its
    /// fingerprint for people to compare.
    pub fn new(base: &str) -> Self {
        Self::with(base, None)
    }

    /// Reaches a master for which a store's authority vouches, known by its fingerprint, and no other
    /// one.
    pub fn trusting(base: &str, authority: Fingerprint) -> Self {
        Self::with(base, Some(authority))
    }

    fn with(base: &str, authority: Option<Fingerprint>) -> Self {
        let tls = tls_native::config(authority);
        // Nobody leads a device elsewhere but the protocol: a redirect could leave TLS.
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .tls_backend_preconfigured(tls.clone());
        Self {
            base: base.trim_end_matches('/').to_owned(),
            http: http
                .build()
                .expect("nothing is set but TLS, which was made above"),
            tls: Arc::new(tls),
        }
    }
}

impl Transport for NativeTransport {
    fn to(&self, base: &str) -> Self {
        Self {
            base: next_base(&self.base, base).unwrap_or_else(|| self.base.clone()),
            http: self.http.clone(),
            tls: Arc::clone(&self.tls),
        }
    }

    async fn connect(&self) -> Result<Connection, TransportError> {
        ws_native::connect(&self.base, &self.tls).await
    }

    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        http_native::send(&self.http, &self.base, request).await
    }

    async fn lines(&self, request: Request) -> Result<Lines, TransportError> {
        http_native::lines(&self.http, &self.base, request).await
    }
}
