//! Roads for tests and examples.

use std::sync::Arc;

use sync_core::{DeviceId, DeviceInfo, Enroll, Enrolled, LogId, StoreId};
use uuid::Uuid;

use super::{Connection, Lines, Request, Response, Transport, TransportError};
use crate::platform::{MaybeSend, MaybeSync};

/// Answers requests by a function, and lets no socket through.
#[derive(Clone)]
pub struct FakeTransport {
    answer: Arc<dyn Answer>,
}

/// What answers a [`FakeTransport`]'s requests.
pub trait Answer: MaybeSend + MaybeSync {
    /// The answer; none where nobody is there.
    fn answer(&self, request: &Request) -> Option<Response>;
}

impl<F: Fn(&Request) -> Option<Response> + MaybeSend + MaybeSync> Answer for F {
    fn answer(&self, request: &Request) -> Option<Response> {
        self(request)
    }
}

impl FakeTransport {
    /// Answers by a function.
    pub fn new(answer: impl Answer + 'static) -> Self {
        Self {
            answer: Arc::new(answer),
        }
    }

    /// Nobody is there, ever.
    pub fn unreachable() -> Self {
        Self::new(|_: &Request| None)
    }

    /// A master that lets one device in and is never seen again.
    pub fn enrols_and_leaves() -> Self {
        Self::new(|request: &Request| {
            let body = request
                .body
                .as_deref()
                .filter(|_| request.path == "/v1/enroll");
            let enroll: Enroll = sync_core::json::from_str(body?).ok()?;
            let enrolled = Enrolled {
                store: StoreId::from([1; 16]),
                store_name: "Corner shop".to_owned(),
                device: DeviceInfo {
                    id: DeviceId::from([2; 16]),
                    kind: enroll.kind,
                    ordinal: 1,
                    name: enroll.name,
                    read_only: false,
                },
                token: "a token".to_owned(),
                log_id: LogId {
                    generation: 1,
                    uuid: Uuid::nil(),
                },
            };
            Some(Response {
                status: 200,
                retry_after_ms: None,
                body: serde_json::to_string(&enrolled).ok()?,
            })
        })
    }
}

impl Transport for FakeTransport {
    fn to(&self, _base: &str) -> Self {
        self.clone()
    }

    async fn connect(&self) -> Result<Connection, TransportError> {
        Err(nobody())
    }

    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.answer.answer(&request).ok_or_else(nobody)
    }

    async fn lines(&self, _request: Request) -> Result<Lines, TransportError> {
        Err(nobody())
    }
}

fn nobody() -> TransportError {
    TransportError::Network("nobody is there".to_owned())
}
