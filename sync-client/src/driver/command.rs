use std::ops::ControlFlow;

use sync_core::{Actor, Enroll, Millis, Seq};

use super::{Driver, tasks};
use crate::draft::BuildFn;
use crate::engine::Input;
use crate::platform::oneshot;
use crate::replica::Replica;
use crate::storage::{MutationId, OutboxRow, Storage};
use crate::transport::{Method, Request, Response, Transport};
use crate::{ClientError, RecordError};

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
        /// Whether a network error is tried again.
        patient: bool,
        answer: oneshot::Sender<Result<Response, ClientError>>,
    },
    Close {
        answer: oneshot::Sender<()>,
    },
}

/// What a command leaves to do: something for the engine, or to end, for which somebody waits.
pub(super) type Done = ControlFlow<oneshot::Sender<()>, Option<Input>>;

impl<S: Storage, T: Transport> Driver<S, T> {
    /// Does what is asked.
    pub(super) async fn command(&mut self, command: Command) -> Done {
        // Somebody who no longer waits for an answer is no error.
        match command {
            Command::Record {
                name,
                actor,
                build,
                answer,
            } => {
                let first = super::record::Wanted {
                    name,
                    actor,
                    build,
                    answer,
                };
                if let Some(next) = self.record(first).await {
                    return Box::pin(self.command(next)).await;
                }
            }
            Command::Dismiss { id, answer } => {
                let _ = answer.send(self.dismiss(id).await);
            }
            Command::Outbox {
                from,
                limit,
                answer,
            } => {
                let _ = answer.send(self.rows(from, limit).await);
            }
            Command::Retry => return Done::Continue(Some(Input::Retry)),
            Command::Wake => {
                self.health_at = Millis(0);
                return Done::Continue(Some(Input::Wake));
            }
            Command::Network(available) => return Done::Continue(Some(Input::Network(available))),
            Command::Enroll { code, name, answer } => {
                let enroll = Enroll {
                    code: Some(code),
                    token: None,
                    name,
                    kind: self.config.device_kind,
                };
                tasks::enroll(&self.transport, enroll, Some(answer), &self.sender);
            }
            Command::Request {
                method,
                path,
                body,
                patient,
                answer,
            } => {
                let identity = |replica: &Replica| Some(replica.identity()?.token.clone());
                let token = self.shared.read(identity);
                let request = Request {
                    method,
                    path,
                    token,
                    body,
                };
                tasks::request(&self.transport, request, patient, answer);
            }
            Command::Close { answer } => return Done::Break(answer),
        }
        Done::Continue(None)
    }
}
