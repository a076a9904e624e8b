//! The one thread that writes. What arrives while it commits becomes its next batch.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior};
use sync_core::{Body, Code, DeviceId, Domain, Hlc, Millis, Outcome, Pushed, WireError, order};
use tokio::sync::{mpsc, oneshot};

use super::apply::{Applier, Effects, State};
use super::devices::Directory;
use super::error::LedgerError;
use super::proposal::{Answer, Arrived, Command, Proposal, Queued, Step};
use super::shared::{Health, Shared};
use super::trim::Retention;
use crate::env::Env;

/// A batch takes no more mutations than this, so that the first of them does not wait long.
const BATCH_MUTATIONS: usize = 2_000;

/// What the writer is asked for.
pub(super) enum Request {
    /// Decide a device's mutations.
    Push {
        mutations: Vec<Pushed>,
        arrival: Millis,
        address: Option<IpAddr>,
        reply: oneshot::Sender<Vec<Answer>>,
    },
    /// Decide mutations of this node.
    Propose {
        bodies: Vec<Body>,
        address: Option<IpAddr>,
        reply: oneshot::Sender<Vec<Answer>>,
    },
    /// Anything else.
    Command {
        command: Box<Command>,
        address: Option<IpAddr>,
        reply: oneshot::Sender<Vec<Answer>>,
    },
    /// Write what rides along, though nothing else is written.
    Notes { reply: oneshot::Sender<Vec<Answer>> },
}

/// The thread's own things.
pub(super) struct Writer {
    pub(super) connection: Connection,
    pub(super) domain: Arc<dyn Domain>,
    pub(super) env: Env,
    pub(super) retention: Retention,
    pub(super) state: State,
    pub(super) shared: Arc<Shared>,
    pub(super) requests: mpsc::Receiver<Request>,
}

impl Writer {
    /// Runs until nobody can ask any more.
    pub(super) fn run(mut self) {
        while let Some(first) = self.requests.blocking_recv() {
            self.batch_from(first);
        }
    }

    /// The same in simulated time: a batch is written so long after its first request.
    pub(super) async fn run_here(mut self, delay: Duration) {
        while let Some(first) = self.requests.recv().await {
            tokio::time::sleep(delay).await;
            self.batch_from(first);
        }
    }

    fn batch_from(&mut self, first: Request) {
        let mut mutations = first.weight();
        let mut waiting = vec![first];
        while mutations < BATCH_MUTATIONS
            && let Ok(next) = self.requests.try_recv()
        {
            mutations += next.weight();
            waiting.push(next);
        }
        self.batch(waiting);
    }

    fn batch(&mut self, requests: Vec<Request>) {
        let started = Instant::now();
        let mut replies = Vec::with_capacity(requests.len());
        let proposal = self.propose(requests, &mut replies);
        let notes = proposal.notes.clone();
        let outcome = self.commit(proposal);
        metrics::histogram!("tillsync_commit_seconds").record(started.elapsed().as_secs_f64());
        match outcome {
            Ok(effects) => self.publish(effects, replies),
            Err(error) => {
                self.shared.notes.put_back(notes);
                self.fail(&error, replies);
            }
        }
    }

    /// Gives everything its place: commands as they came, then mutations merged by time.
    fn propose(
        &self,
        requests: Vec<Request>,
        replies: &mut Vec<oneshot::Sender<Vec<Answer>>>,
    ) -> Proposal {
        let now = self.env.now();
        let mut steps = Vec::new();
        let mut queues: Vec<(DeviceId, VecDeque<Queued>)> = Vec::new();
        for (ticket, request) in requests.into_iter().enumerate() {
            match request {
                Request::Notes { reply } => replies.push(reply),
                Request::Command {
                    command,
                    address,
                    reply,
                } => {
                    replies.push(reply);
                    steps.push(Step {
                        ticket,
                        address,
                        command: *command,
                    });
                }
                Request::Propose {
                    bodies,
                    address,
                    reply,
                } => {
                    replies.push(reply);
                    steps.extend(bodies.into_iter().map(|body| Step {
                        ticket,
                        address,
                        command: Command::Own {
                            body: Box::new(body),
                            at: self.shared.clock(now),
                        },
                    }));
                }
                Request::Push {
                    mutations,
                    arrival,
                    address,
                    reply,
                } => {
                    replies.push(reply);
                    for pushed in mutations {
                        enqueue(&mut queues, (ticket, address), arrival, pushed);
                    }
                }
            }
        }
        let queues = queues.into_iter().map(|(_, queue)| queue).collect();
        for queued in order(queues) {
            // Whoever sees this write afterwards has to stamp a later one, or `last_wins` would
            // prefer a till whose clock is fast.
            self.shared.observe(queued.arrived.clamped);
            steps.push(Step {
                ticket: queued.ticket,
                address: queued.address,
                command: Command::Mutation(queued.arrived),
            });
        }
        Proposal {
            now,
            seed: self.env.random(),
            steps,
            notes: self.shared.notes.take(),
        }
    }

    fn commit(&mut self, proposal: Proposal) -> Result<Effects, LedgerError> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let effects = Applier::run(
            &transaction,
            self.domain.as_ref(),
            self.state.clone(),
            self.retention,
            proposal,
        )?;
        transaction.commit()?;
        Ok(effects)
    }

    fn publish(&mut self, effects: Effects, replies: Vec<oneshot::Sender<Vec<Answer>>>) {
        self.state = effects.state;
        self.shared.set_identity(&self.state.identity);
        self.shared.set_health(Health::Good);
        if effects.devices_changed {
            match Directory::load(&self.connection) {
                Ok(directory) => self.shared.set_directory(directory),
                Err(error) => tracing::error!(%error, "the devices cannot be read"),
            }
        }
        if let Some(batch) = effects.batch {
            metrics::counter!("tillsync_decided_total").increment(batch.to.0 - batch.from.0);
            metrics::gauge!("tillsync_log_position").set(batch.to.0 as f64);
            metrics::gauge!("tillsync_log_horizon").set(self.state.horizon.0 as f64);
            self.shared.publish(Arc::new(batch));
        }
        let mut answers: Vec<Vec<Answer>> = replies.iter().map(|_| Vec::new()).collect();
        for (ticket, answer) in effects.answers {
            answers[ticket].push(answer);
        }
        for (reply, answers) in replies.into_iter().zip(answers) {
            // Nobody waits any more: the outcome is kept, and the next push gets it.
            let _ = reply.send(answers);
        }
    }

    fn fail(&self, error: &LedgerError, replies: Vec<oneshot::Sender<Vec<Answer>>>) {
        tracing::error!(
            error = error as &dyn std::error::Error,
            "a batch was rolled back"
        );
        metrics::counter!("tillsync_commit_failures_total").increment(1);
        let wire = error.to_wire();
        self.shared.set_health(match wire.code {
            Code::StorageFull => Health::Full,
            _ => Health::Failed,
        });
        for reply in replies {
            let _ = reply.send(vec![Answer::Refused(wire.clone())]);
        }
    }
}

impl Request {
    fn weight(&self) -> usize {
        match self {
            Self::Push { mutations, .. } => mutations.len(),
            Self::Propose { bodies, .. } => bodies.len(),
            Self::Command { .. } | Self::Notes { .. } => 1,
        }
    }
}

fn enqueue(
    queues: &mut Vec<(DeviceId, VecDeque<Queued>)>,
    (ticket, address): (usize, Option<IpAddr>),
    arrival: Millis,
    pushed: Pushed,
) {
    let device = pushed.device();
    let claimed = pushed.at();
    let queued = Queued {
        ticket,
        address,
        arrived: Box::new(Arrived {
            push: ticket,
            clamped: claimed.clamp_to(arrival),
            skew: claimed
                .millis()
                .since(Hlc::at(arrival.plus(60_000)).millis()),
            pushed,
        }),
    };
    match queues.iter_mut().find(|(id, _)| *id == device) {
        Some((_, queue)) => queue.push_back(queued),
        None => queues.push((device, VecDeque::from([queued]))),
    }
}

/// What a push ended in: the outcomes in order, and what stopped it.
#[derive(Debug, Default)]
pub struct Decided {
    /// The outcomes of the first mutations, in order.
    pub outcomes: Vec<Outcome>,
    /// What is wrong with the next one.
    pub stopped: Option<WireError>,
}

impl Decided {
    pub(super) fn of(answers: Vec<Answer>) -> Self {
        let mut decided = Self::default();
        for answer in answers {
            match answer {
                Answer::Outcome(outcome) => decided.outcomes.push(*outcome),
                Answer::Refused(error) if decided.stopped.is_none() => {
                    decided.stopped = Some(error);
                }
                _ => {}
            }
        }
        decided
    }
}
