//! The ledger of one store: records, log, outcomes, devices and audit in one SQLite file.
//!
//! ```text
//! doors ──requests──► writer thread ──one transaction per batch──► ledger.sqlite
//!   ▲                      │ after the fsync                           ▲
//!   └──answers, batches────┘                            readers ───────┘
//! ```

mod apply;
mod audit;
mod backup;
mod changes;
mod checksums;
mod copy;
mod devices;
mod error;
mod history;
mod identity;
mod migrations;
mod notes;
mod open;
mod outcomes;
mod proposal;
mod reader;
mod records;
mod select;
mod shared;
mod sift;
mod snapshot;
mod sql;
mod trim;
mod upkeep;
mod verify;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;

use sync_core::{
    Body, Code, DeviceId, DeviceInfo, Domain, Hlc, Millis, Outcome, Pushed, Schema, WireError,
};
use tokio::sync::{broadcast, mpsc, oneshot};

pub use audit::{Doings, Entry, Filter, Found, Written, doings, read as read_audit};
pub use backup::{Backup, RestoreError, restore};
pub use changes::{
    Batch, Page, Standing, digest_at, head, page, position_before, seq_at, standing,
};
pub use devices::{Device, Directory, code_hash, kind_of_word, kind_word, token_hash};
pub use error::{LedgerError, OpenError};
pub use history::{History, Latest, history, latest_of};
pub use identity::{Identity, generation_of};
pub use notes::Note;
pub use open::Options;
pub use outcomes::decided_hash;
pub use proposal::{Answer, CodeTerms, Command, Proof, Seen};
pub use reader::Reading;
pub use records::SqlRecords;
pub use select::{Compare, Condition, Selected, Selection};
pub use shared::Health;
pub use snapshot::{Extent, Rows, next_rows, total};
pub use trim::{Retention, horizon};
pub use verify::{Fault, Report, verify_file};
pub use writer::Decided;

use crate::came_from;
use crate::env::Env;
use reader::Readers;
use shared::Shared;
use writer::Request;

/// A push carries at most so many mutations.
pub const MAX_PUSH: usize = 500;

/// The ledger of one store. Cheap to clone; the last clone closes it.
#[derive(Clone)]
pub struct Ledger {
    requests: mpsc::Sender<Request>,
    readers: Arc<Readers>,
    /// Whether it has threads of its own.
    threads: bool,
    shared: Arc<Shared>,
    domain: Arc<dyn Domain>,
    env: Env,
    path: PathBuf,
}

impl Ledger {
    /// Decides a device's mutations; returns after the fsync.
    ///
    /// # Errors
    /// When none of them was decided: storage, or the master is about to stop.
    pub async fn push(
        &self,
        device: DeviceId,
        mutations: Vec<Pushed>,
    ) -> Result<Decided, WireError> {
        let (mutations, stopped) = self.sift(device, mutations)?;
        let (arrival, address) = (self.env.now(), came_from::address());
        let mut decided = Decided::default();
        if !mutations.is_empty() {
            let answers = self
                .ask(|reply| Request::Push {
                    mutations,
                    arrival,
                    address,
                    reply,
                })
                .await?;
            decided = Decided::of(answers);
        }
        decided.stopped = decided.stopped.or(stopped);
        match decided.stopped.take() {
            Some(error) if decided.outcomes.is_empty() => Err(error),
            stopped => Ok(Decided { stopped, ..decided }),
        }
    }

    /// Decides mutations of this node itself, in order.
    ///
    /// # Errors
    /// When nothing was decided.
    pub async fn propose(&self, bodies: Vec<Body>) -> Result<Vec<Outcome>, WireError> {
        if bodies.is_empty() {
            return Ok(Vec::new());
        }
        let address = came_from::address();
        let propose = |reply| Request::Propose {
            bodies,
            address,
            reply,
        };
        let answers = self.ask(propose).await?;
        let decided = Decided::of(answers);
        match decided.stopped {
            Some(error) => Err(error),
            None => Ok(decided.outcomes),
        }
    }

    /// Decides a mutation of this node for somebody who asked for it: only if what they saw still
    /// stands and nothing in it clashes, in one step with deciding. `asked` goes into the audit.
    ///
    /// # Errors
    /// [`Code::Conflict`] where somebody else was faster: then nothing was written.
    pub async fn propose_unless_late(
        &self,
        body: Body,
        seen: Option<Seen>,
        asked: Entry,
    ) -> Result<Outcome, WireError> {
        let command = Command::OwnUnlessLate {
            body: Box::new(body),
            at: self.time(),
            seen,
            asked,
        };
        match self.command(command).await? {
            Answer::Outcome(outcome) => Ok(*outcome),
            _ => Err(WireError::new(Code::Internal, "nothing was decided")),
        }
    }

    /// Anything but a mutation.
    ///
    /// # Errors
    /// When it is refused, or cannot be written.
    pub async fn command(&self, command: Command) -> Result<Answer, WireError> {
        let (command, address) = (Box::new(command), came_from::address());
        let command = |reply| Request::Command {
            command,
            address,
            reply,
        };
        let mut answers = self.ask(command).await?;
        match answers.pop() {
            Some(Answer::Refused(error)) => Err(error),
            Some(answer) => Ok(answer),
            None => Ok(Answer::Done),
        }
    }

    /// Writes something into the audit log with whatever is written next, and lets nobody wait for
    /// it. Killed before that, the process forgets it.
    pub fn note(&self, note: impl Into<Note>) {
        self.shared.notes.add(note.into());
    }

    /// Writes what was noted, where nothing else was written since.
    ///
    /// # Errors
    /// When it cannot be written; then it waits for the next batch.
    pub async fn write_notes(&self) -> Result<(), WireError> {
        if self.shared.notes.is_empty() {
            return Ok(());
        }
        let mut answers = self.ask(|reply| Request::Notes { reply }).await?;
        match answers.pop() {
            Some(Answer::Refused(error)) => Err(error),
            _ => Ok(()),
        }
    }

    /// Takes a device in.
    ///
    /// # Errors
    /// When the proof is not good.
    pub async fn enrol(&self, command: Command) -> Result<DeviceInfo, WireError> {
        match self.command(command).await? {
            Answer::Enrolled(info) => Ok(info),
            _ => Err(WireError::new(Code::Internal, "no device came of this")),
        }
    }

    /// Reads in one consistent transaction, away from the async threads.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Reading<'_>) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, WireError> {
        let slot = self.readers.slot().await.map_err(|e| e.to_wire())?;
        let readers = Arc::clone(&self.readers);
        let domain = Arc::clone(&self.domain);
        let read = self.off_thread(move || {
            let _slot = slot;
            readers.read(domain.schema(), look)
        });
        read.await.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "a read failed");
            error.to_wire()
        })
    }

    /// Does what blocks where nobody has to wait for it.
    async fn off_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        if !self.threads {
            return work();
        }
        match tokio::task::spawn_blocking(work).await {
            Ok(done) => done,
            Err(_) => Err(LedgerError::CutOff),
        }
    }

    /// What is decided from now on, batch by batch. A subscriber that lags loses the oldest.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Batch>> {
        self.shared.subscribe()
    }

    /// Who this node is.
    pub fn identity(&self) -> Arc<Identity> {
        self.shared.identity()
    }

    /// The devices of the store.
    pub fn directory(&self) -> Arc<Directory> {
        self.shared.directory()
    }

    /// Whether the ledger can be written.
    pub fn health(&self) -> Health {
        self.shared.health()
    }

    /// The domain whose records it keeps.
    pub fn domain(&self) -> &Arc<dyn Domain> {
        &self.domain
    }

    /// The schema of its records.
    pub fn schema(&self) -> &Schema {
        self.domain.schema()
    }

    /// The clock and randomness it runs on.
    pub fn env(&self) -> &Env {
        &self.env
    }

    /// The node's clock, as frames carry it.
    pub fn time(&self) -> Hlc {
        self.shared.clock(self.env.now())
    }

    /// The file it is kept in.
    pub fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// A device as the ledger has it now, with its exact marks.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn device(&self, id: DeviceId) -> Result<Option<Device>, WireError> {
        self.read(move |reading| devices::find(reading.connection, id))
            .await
    }

    /// Every device, with exact marks.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn devices(&self) -> Result<Vec<Device>, WireError> {
        self.read(|reading| devices::all(reading.connection)).await
    }

    /// Compares a device's checksums with the store's; `None` where it stands elsewhere.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn check(
        &self,
        kind: sync_core::DeviceKind,
        check: sync_core::Check,
        scope_from: u32,
    ) -> Result<Option<Vec<(sync_core::CollectionName, sync_core::Bucket)>>, WireError> {
        let log_id = self.identity().log_id;
        self.read(move |reading| {
            let (head, _) = head(reading.connection)?;
            if check.cursor.log_id != log_id || check.cursor.position != head {
                return Ok(None);
            }
            let ours = reading.sums(kind, scope_from)?;
            let theirs = checksums::in_scope(check.sums, reading.schema, kind, scope_from);
            Ok(Some(checksums::differences(&ours, &theirs)))
        })
        .await
    }

    async fn ask(
        &self,
        request: impl FnOnce(oneshot::Sender<Vec<Answer>>) -> Request,
    ) -> Result<Vec<Answer>, WireError> {
        let (reply, answers) = oneshot::channel();
        let closed = |_| LedgerError::Closed.to_wire();
        self.requests.send(request(reply)).await.map_err(closed)?;
        answers.await.map_err(|_| LedgerError::Closed.to_wire())
    }
}

/// The first UTC day whose dated facts a device holds.
pub fn scope_from(now: Millis, days: u32) -> u32 {
    now.day().saturating_sub(days)
}
