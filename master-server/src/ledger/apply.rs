//! Applying a proposal: deterministic, all of it in one transaction, no clock and no randomness.

mod account;
mod decide;
mod enrol;
mod reserve;
mod skip;

pub(super) use decide::chain;
pub(super) use enrol::node_info;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::IpAddr;

use rusqlite::Connection;
use serde_json::Value as Json;
use sync_core::{
    Bucket, Checksums, CollectionName, DeviceId, Digest, Domain, Millis, Position, Seq,
};

use super::audit::{self, AuditHead, Entry};
use super::changes::{Batch, Item};
use super::devices::{self, Device};
use super::error::LedgerError;
use super::identity::Identity;
use super::notes::Note;
use super::proposal::{Answer, Arrived, Command, Proposal};
use super::records::{BatchRecords, SqlRecords};
use super::trim::{self, Retention};
use super::{checksums, outcomes};

/// Where the ledger stands between two batches.
#[derive(Clone)]
pub(super) struct State {
    pub(super) identity: Identity,
    pub(super) head: Position,
    pub(super) digest: Digest,
    pub(super) audit: AuditHead,
    pub(super) sums: Checksums,
    /// The day on which old outcomes were let go last.
    pub(super) swept: u32,
    /// The last position whose changes have left the log.
    pub(super) horizon: Position,
    /// There may be more to let go of.
    pub(super) trimming: bool,
}

/// What a batch has done, once its transaction is committed.
pub(super) struct Effects {
    pub(super) state: State,
    pub(super) answers: Vec<(usize, Answer)>,
    pub(super) batch: Option<Batch>,
    pub(super) devices_changed: bool,
}

/// One batch on its way.
pub(super) struct Applier<'a> {
    connection: &'a Connection,
    domain: &'a dyn Domain,
    records: BatchRecords<'a>,
    state: State,
    now: Millis,
    seed: [u8; 32],
    salts: u64,
    /// From where the step under way was asked for.
    address: Option<IpAddr>,
    devices: BTreeMap<DeviceId, Device>,
    moved: BTreeSet<DeviceId>,
    touched: BTreeSet<(CollectionName, Bucket)>,
    items: Vec<Item>,
    stopped: HashSet<usize>,
    devices_changed: bool,
}

impl<'a> Applier<'a> {
    /// Runs a proposal inside an open transaction.
    pub(super) fn run(
        connection: &'a Connection,
        domain: &'a dyn Domain,
        state: State,
        retention: Retention,
        proposal: Proposal,
    ) -> Result<Effects, LedgerError> {
        let from = state.head;
        let mut applier = Self {
            connection,
            domain,
            records: BatchRecords::new(SqlRecords::new(connection, domain.schema())),
            state,
            now: proposal.now,
            seed: proposal.seed,
            salts: 0,
            address: None,
            devices: BTreeMap::new(),
            moved: BTreeSet::new(),
            touched: BTreeSet::new(),
            items: Vec::new(),
            stopped: HashSet::new(),
            devices_changed: false,
        };
        applier.sweep(&retention)?;
        let mut answers = Vec::with_capacity(proposal.steps.len());
        for step in proposal.steps {
            applier.address = step.address;
            answers.push((step.ticket, applier.step(step.command)?));
        }
        applier.address = None;
        for note in proposal.notes {
            applier.ride_along(note)?;
        }
        applier.finish(from, answers)
    }

    fn step(&mut self, command: Command) -> Result<Answer, LedgerError> {
        match command {
            Command::Mutation(arrived) => self.arrived(&arrived),
            Command::Own { body, at } => self.own(&body.encode(), at),
            Command::OwnUnlessLate {
                body,
                at,
                seen,
                asked,
            } => self.own_unless_late(&body.encode(), at, seen.as_ref(), asked),
            Command::Audit(entry) => self.note(entry),
            Command::Archived { marks, about } => self.archived(&marks, about),
            Command::NeedRestore { reason } => self.need_restore(reason),
            Command::Restart {
                log_id,
                node,
                reason,
            } => self.restart(log_id, node, &reason),
            Command::SkipTo { device, seq } => self.skip_to(device, seq),
            Command::Reserve { device, reserve } => self.reserve(device, &reserve),
            Command::Probe => self.probe(),
            other => self.membership(other),
        }
    }

    fn arrived(&mut self, arrived: &Arrived) -> Result<Answer, LedgerError> {
        if self.stopped.contains(&arrived.push) {
            return Ok(Answer::Skipped);
        }
        let answer = self.mutation(arrived)?;
        if matches!(answer, Answer::Refused(_)) {
            self.stopped.insert(arrived.push);
        }
        Ok(answer)
    }

    fn note(&mut self, entry: Entry) -> Result<Answer, LedgerError> {
        self.append(entry)?;
        Ok(Answer::Done)
    }

    /// Writes an entry, with the address that the step was asked for from.
    fn append(&mut self, mut entry: Entry) -> Result<(), LedgerError> {
        if let (Some(address), Json::Object(payload)) = (self.address, &mut entry.payload) {
            payload.insert("address".to_owned(), Json::from(address.to_string()));
        }
        self.salts += 1;
        let salt = Digest::of(&[&self.seed, &self.salts.to_be_bytes()]);
        let salt = &salt.bytes()[..16];
        audit::append(
            self.connection,
            &mut self.state.audit,
            self.now,
            salt,
            &entry,
        )
    }

    fn ride_along(&mut self, note: Note) -> Result<(), LedgerError> {
        if let (Some(device), Some(at)) = (note.entry.device, note.level_at) {
            self.was_level(device, at)?;
        }
        self.append(note.entry)
    }

    fn device(&mut self, id: DeviceId) -> Result<Option<&Device>, LedgerError> {
        if !self.devices.contains_key(&id) {
            let Some(device) = devices::find(self.connection, id)? else {
                return Ok(None);
            };
            self.devices.insert(id, device);
        }
        Ok(self.devices.get(&id))
    }

    fn probe(&mut self) -> Result<Answer, LedgerError> {
        let space = "x".repeat(256 * 1024);
        super::identity::set(self.connection, "probe", &space)?;
        self.connection
            .execute("DELETE FROM meta WHERE key = 'probe'", [])?;
        Ok(Answer::Done)
    }

    /// Lets go of what is old enough: once a day, and where the log has become too long.
    fn sweep(&mut self, retention: &Retention) -> Result<(), LedgerError> {
        let today = self.now.day();
        let state = &mut self.state;
        if state.swept != today {
            outcomes::forget_old(self.connection, self.now)?;
            (state.swept, state.trimming) = (today, true);
        }
        state.trimming |= retention.is_exceeded(state.horizon, state.head);
        if state.trimming {
            let ends = (state.horizon, state.head);
            (state.horizon, state.trimming) =
                trim::step(self.connection, retention, ends, self.now)?;
        }
        Ok(())
    }

    fn finish(
        mut self,
        from: Position,
        answers: Vec<(usize, Answer)>,
    ) -> Result<Effects, LedgerError> {
        let mut marks: Vec<(DeviceId, Seq)> = Vec::with_capacity(self.moved.len());
        for id in std::mem::take(&mut self.moved) {
            if let Some(device) = self.devices.get(&id) {
                devices::put(self.connection, device)?;
                marks.push((id, device.high_water));
            }
        }
        checksums::save(self.connection, &self.state.sums, &self.touched)?;
        let to = self.state.head;
        let log_id = self.state.identity.log_id;
        let batch = (to > from)
            .then(|| Batch::new(log_id, (from, to), self.state.digest, marks, self.items));
        Ok(Effects {
            state: self.state,
            answers,
            batch,
            devices_changed: self.devices_changed,
        })
    }
}
