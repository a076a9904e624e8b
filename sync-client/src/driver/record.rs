use sync_core::{Actor, MAX_MUTATION_BYTES, Map, Millis, Refusal};

use super::{Command, Driver};
use crate::draft::{BuildFn, Draft};
use crate::engine::Input;
use crate::platform::oneshot;
use crate::replica::Replica;
use crate::storage::{Batch, MutationId, OutboxPart, Storage, StorageError};
use crate::transport::Transport;
use crate::{ConnectionState, Durability, Env, RecordError, StorageHealth};

/// Mutations that go into one write at most.
const GROUP: usize = 64;

/// A mutation that somebody wants recorded.
pub(super) struct Wanted {
    pub(super) name: String,
    pub(super) actor: Actor,
    pub(super) build: Box<dyn BuildFn>,
    pub(super) answer: oneshot::Sender<Result<MutationId, RecordError>>,
}

impl<S: Storage, T: Transport> Driver<S, T> {
    /// Records a mutation and those that arrived meanwhile in one write. Returns the command that
    /// came after them.
    pub(super) async fn record(&mut self, first: Wanted) -> Option<Command> {
        let mut wanted = vec![first];
        let mut next = None;
        while wanted.len() < GROUP {
            match self.inbox.try_recv() {
                Ok(Command::Record {
                    name,
                    actor,
                    build,
                    answer,
                }) => wanted.push(Wanted {
                    name,
                    actor,
                    build,
                    answer,
                }),
                Ok(other) => {
                    next = Some(other);
                    break;
                }
                Err(_) => break,
            }
        }
        let refused = match self.unsafe_offline() {
            None if self.stale => self.reload().await.err(),
            other => other,
        };
        match refused {
            None => self.record_all(wanted).await,
            Some(error) => {
                for one in wanted {
                    let _ = one.answer.send(Err(error.clone().into()));
                }
            }
        }
        next
    }

    /// Why nothing may be recorded that would wait here: it might not fit, or not last.
    fn unsafe_offline(&self) -> Option<StorageError> {
        let online = [ConnectionState::Online, ConnectionState::Checking];
        if online.contains(&self.shared.status.borrow().connection) {
            return None;
        }
        match self.health {
            StorageHealth {
                durability: Durability::Forgotten,
                ..
            } => Some(StorageError::Refused("a private window".to_owned())),
            StorageHealth {
                used: Some(used),
                quota: Some(quota),
                ..
            } if self.health.is_nearly_full() => Some(StorageError::NearlyFull { used, quota }),
            _ => None,
        }
    }

    async fn record_all(&mut self, wanted: Vec<Wanted>) {
        let (env, now) = (&self.config.env, self.config.env.now());
        let (mut whole, mut made) = (OutboxPart::default(), Vec::new());
        for one in wanted {
            let Wanted {
                name,
                actor,
                build,
                answer,
            } = one;
            let built = self.shared.write(|replica| {
                let part = build_one(replica, name, actor, build, env, now)?;
                // The next one of the group sees this one.
                replica.apply_part(&part);
                Ok(part)
            });
            match built {
                Ok(part) => {
                    made.extend(part.rows.iter().map(|row| row.id()).zip([answer]));
                    whole.meta = part.meta;
                    whole.counters.extend(part.counters);
                    whole.rows.extend(part.rows);
                    whole.dismiss.extend(part.dismiss);
                }
                Err(error) => {
                    let _ = answer.send(Err(error));
                }
            }
        }
        if made.is_empty() {
            return;
        }
        let input = match self.write(whole).await {
            Ok(()) => {
                self.shared.announce();
                Input::Recorded
            }
            Err(error) => {
                tracing::warn!(%error, "a mutation was not recorded");
                self.stale = true;
                if let Err(error) = self.reload().await {
                    tracing::warn!(%error, "the storage cannot be read again yet");
                }
                Input::StorageFailed(error)
            }
        };
        // Whoever was told that it is saved finds it among what waits to be sent.
        self.show();
        for (id, answer) in made {
            let _ = answer.send(match &input {
                Input::StorageFailed(error) => Err(error.clone().into()),
                _ => Ok(id),
            });
        }
        self.feed(input).await;
    }

    /// Writes what was recorded, and with it that what it takes the place of is void.
    async fn write(&mut self, mut part: OutboxPart) -> Result<(), StorageError> {
        let mut voided = Vec::new();
        for id in &part.dismiss {
            voided.extend(self.voided(*id, "issued again").await?);
        }
        if !voided.is_empty() {
            part.rows.extend(voided.iter().cloned());
            let voided = OutboxPart {
                rows: voided,
                ..OutboxPart::default()
            };
            self.shared.write(|replica| replica.apply_part(&voided));
        }
        let batch = Batch {
            outbox: Some(part),
            records: None,
        };
        self.storage.commit(batch).await
    }
}

fn build_one(
    replica: &Replica,
    name: String,
    actor: Actor,
    build: Box<dyn BuildFn>,
    env: &Env,
    now: Millis,
) -> Result<OutboxPart, RecordError> {
    let identity = replica.identity().ok_or(RecordError::NotEnrolled)?;
    let mut draft = Draft {
        replica,
        now,
        env,
        counters: Map::new(),
        ops: Vec::new(),
        instead_of: Vec::new(),
    };
    build(&mut draft)?;
    let dismiss = std::mem::take(&mut draft.instead_of);
    let (ops, counters) = draft.finish();
    if ops.is_empty() {
        return Err(RecordError::Empty);
    }
    let (row, meta) = replica.seal(identity, name, actor, ops, now);
    let bytes = row.envelope.body.get().len();
    if bytes > MAX_MUTATION_BYTES {
        return Err(RecordError::TooLarge { bytes });
    }
    // What the master could not read would come back as a rejection, after the user has left.
    if let Err(unreadable) = row.envelope.open() {
        return Err(Refusal::new("unsupported", unreadable.to_string()).into());
    }
    Ok(OutboxPart {
        meta: Some(meta),
        counters,
        rows: vec![row],
        dismiss,
        ..OutboxPart::default()
    })
}
