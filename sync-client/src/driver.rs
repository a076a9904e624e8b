use std::sync::Arc;

use sync_core::{Actor, Domain, Seq};
use tokio::sync::{mpsc, oneshot};

use crate::draft::BuildFn;
use crate::shared::Shared;
use crate::storage::{MutationId, OutboxRow, Storage};
use crate::transport::{Method, Response, Transport};
use crate::{ClientError, Config, OpenError, RecordError};

/// What a client asks of its driver.
pub(crate) enum Command {
    Record {
        name: String,
        actor: Actor,
        build: Box<dyn BuildFn>,
        answer: oneshot::Sender<Result<MutationId, RecordError>>,
    },
    Dismiss {
        id: MutationId,
        answer: oneshot::Sender<Result<(), ClientError>>,
    },
    Outbox {
        from: Seq,
        limit: usize,
        answer: oneshot::Sender<Result<Vec<OutboxRow>, ClientError>>,
    },
    Retry,
    Wake,
    Network(bool),
    Enroll {
        code: String,
        name: String,
        answer: oneshot::Sender<Result<(), ClientError>>,
    },
    Request {
        method: Method,
        path: String,
        body: Option<String>,
        answer: oneshot::Sender<Result<Response, ClientError>>,
    },
    Close {
        answer: oneshot::Sender<()>,
    },
}

/// The one loop that waits.
pub(crate) struct Driver<S, T> {
    storage: S,
    transport: T,
    inbox: mpsc::UnboundedReceiver<Command>,
}

impl<S: Storage, T: Transport> Driver<S, T> {
    pub(crate) async fn open(
        _config: Config,
        _domain: Arc<dyn Domain>,
        storage: S,
        transport: T,
        inbox: mpsc::UnboundedReceiver<Command>,
    ) -> Result<(Self, Arc<Shared>), OpenError> {
        let _ = (storage, transport, inbox);
        Err(OpenError::Schema(sync_core::SchemaError(String::new())))
    }

    pub(crate) async fn run(self) {}
}
