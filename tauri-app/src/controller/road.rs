//! The road to the shop's master, which may move while the till sells.

use std::sync::{Arc, Mutex, PoisonError};

use sync_client::transport::{
    Connection, Lines, Method, NativeTransport, Request, Response, Transport, TransportError,
};
use sync_core::Fingerprint;
use till::TillError;

/// Leads to wherever the master is by now: what is under way ends where it began.
#[derive(Clone)]
pub(super) struct Road {
    transport: Arc<Mutex<NativeTransport>>,
}

impl Road {
    /// The road to a master; with a store's authority, to one that it vouches for.
    pub(super) fn new(master: &str, authority: Option<Fingerprint>) -> Self {
        Self::over(transport(master, authority))
    }

    fn over(transport: NativeTransport) -> Self {
        Self {
            transport: Arc::new(Mutex::new(transport)),
        }
    }

    /// Leads there from now on. The same authority has to vouch for the master.
    pub(super) fn move_to(&self, master: &str) {
        let mut road = self
            .transport
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *road = road.to(master);
    }

    fn now(&self) -> NativeTransport {
        let road = self.transport.lock();
        road.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Transport for Road {
    fn to(&self, base: &str) -> Self {
        Self::over(self.now().to(base))
    }

    async fn connect(&self) -> Result<Connection, TransportError> {
        self.now().connect().await
    }

    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.now().send(request).await
    }

    async fn lines(&self, request: Request) -> Result<Lines, TransportError> {
        self.now().lines(request).await
    }
}

fn transport(master: &str, authority: Option<Fingerprint>) -> NativeTransport {
    match authority {
        Some(authority) => NativeTransport::trusting(master, authority),
        None => NativeTransport::new(master),
    }
}

/// Whether a master answers there for whom that authority vouches.
pub(super) async fn proves_itself(master: &str, authority: Fingerprint) -> bool {
    transport(master, Some(authority))
        .send(health())
        .await
        .is_ok()
}

fn health() -> Request {
    Request {
        method: Method::Get,
        path: "/healthz".to_owned(),
        token: None,
        body: None,
    }
}

/// Goes there once, and says who is there where nobody vouches for them. Before somebody vouches for
/// it, a master that does not answer is not gone to: nobody could say later that it is another one.
pub(super) async fn vouched_for(
    master: &str,
    authority: Option<Fingerprint>,
) -> Result<(), TillError> {
    let Err(error) = transport(master, authority).send(health()).await else {
        return Ok(());
    };
    let of_master = |code, message: &str| TillError {
        field: Some("master".to_owned()),
        ..TillError::invalid(code, message)
    };
    match error {
        TransportError::Untrusted { fingerprint } => {
            let message = match authority {
                None => {
                    "This till does not know that main server yet. Compare its fingerprint with the \
                     one that the main server shows."
                }
                Some(_) => {
                    "Another main server answered than the one this till knows. Compare its \
                     fingerprint with the one that the main server shows."
                }
            };
            Err(TillError {
                fingerprint: Some(fingerprint.to_string()),
                ..of_master("unknown_master", message)
            })
        }
        TransportError::Certificate(why) => {
            let message = format!("The certificate of that main server cannot be used: {why}.");
            Err(of_master("bad_certificate", &message))
        }
        _ if authority.is_none() => {
            let message =
                "No main server answers there now. Is it running, and is the address right?";
            Err(of_master("no_master", message))
        }
        _ => Ok(()),
    }
}
