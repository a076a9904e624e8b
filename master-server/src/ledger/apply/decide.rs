//! A mutation on its way into the log: let in, decided, written down with all it changes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::params;
use serde_json::Value as Json;
use sync_core::json::Raw;
use sync_core::{
    Bucket, Case, Change, Code, Decision, Digest, Envelope, Hlc, Intake, MAX_MUTATION_BYTES,
    Origin, Outcome, Position, Pushed, Record, Records, Refusal, Role, Seq, Verdict, WireError,
    admit, decide,
};

use super::super::audit::Entry;
use super::super::devices::Device;
use super::super::error::LedgerError;
use super::super::proposal::{Answer, Arrived, Seen};
use super::super::{changes, outcomes};
use super::{Applier, account};

impl Applier<'_> {
    pub(super) fn mutation(&mut self, arrived: &Arrived) -> Result<Answer, LedgerError> {
        let pushed = &arrived.pushed;
        let (id, seq, hash) = (pushed.device(), pushed.seq(), pushed.hash());
        if let Some(refused) = self.lost() {
            return Ok(refused);
        }
        let Some(device) = self.device(id)? else {
            let error = WireError::new(Code::Unauthenticated, "this device is not enrolled here");
            return Ok(Answer::Refused(error));
        };
        if let Some(barred) = device.barred() {
            return Ok(Answer::Refused(barred));
        }
        let high_water = device.high_water;
        let kept = match seq <= high_water {
            true => outcomes::find(self.connection, id, seq)?,
            false => None,
        };
        match admit(high_water, kept.as_ref().map(|kept| kept.hash), seq, hash) {
            Intake::Gap { expected } => Ok(Answer::Refused(WireError::gap(expected))),
            Intake::Equivocation => {
                self.close(id, &format!("mutation {seq} came with two contents"))?;
                let message =
                    "this device's database is not the one the master knew; it enrols again";
                Ok(Answer::Refused(WireError::new(
                    Code::IdentityClosed,
                    message,
                )))
            }
            Intake::Decided => Ok(kept.map_or(Answer::Done, |kept| {
                Answer::Outcome(Box::new(kept.into_outcome(id, seq)))
            })),
            Intake::New => {
                let Some(device) = self.device(id)?.cloned() else {
                    return Ok(Answer::Skipped);
                };
                self.decide(&device, pushed, arrived.clamped, arrived.skew)
            }
        }
    }

    /// While acknowledged data is missing nothing is decided: a restore would take it away again.
    fn lost(&self) -> Option<Answer> {
        let reason = self.state.identity.restore_needed.clone()?;
        Some(Answer::Refused(WireError::new(Code::RestoreNeeded, reason)))
    }

    /// A mutation of this node: its number follows from its mark.
    pub(super) fn own(&mut self, body: &Raw, at: Hlc) -> Result<Answer, LedgerError> {
        let (device, pushed) = match self.sealed(body, at)? {
            Ok(sealed) => sealed,
            Err(refused) => return Ok(refused),
        };
        self.decide(&device, &pushed, at, 0)
    }

    /// The same for somebody who asked for it and waits: whoever was faster wins, and of a request
    /// that comes too late nothing is left, no conflict either.
    pub(super) fn own_unless_late(
        &mut self,
        body: &Raw,
        at: Hlc,
        seen: Option<&Seen>,
        asked: Entry,
    ) -> Result<Answer, LedgerError> {
        let late = || {
            let message = "somebody else changed this meanwhile";
            Answer::Refused(WireError::new(Code::Conflict, message))
        };
        if let Some(seen) = seen
            && !self.still_stands(seen)?
        {
            return Ok(late());
        }
        let (device, pushed) = match self.sealed(body, at)? {
            Ok(sealed) => sealed,
            Err(refused) => return Ok(refused),
        };
        let case = self.case(&device, pushed.seq(), at);
        let weighed = self.weigh(&case, &pushed)?;
        if weighed.0.verdict == Verdict::Conflict {
            return Ok(late());
        }
        self.append(asked)?;
        self.enter(&pushed, &case, weighed, 0)
    }

    fn still_stands(&self, seen: &Seen) -> Result<bool, LedgerError> {
        let record = self.records.get(&seen.collection, seen.id);
        let record = record.map_err(|e| LedgerError::Corrupt(e.0))?;
        let known = self.domain.schema().collection(&seen.collection);
        let stands = record.filter(Record::is_live).zip(known);
        Ok(stands.is_some_and(|(record, known)| known.own(&record.doc).digest() == seen.digest))
    }

    /// A mutation of this node as devices send theirs, or why it cannot be one.
    fn sealed(
        &mut self,
        body: &Raw,
        at: Hlc,
    ) -> Result<Result<(Device, Pushed), Answer>, LedgerError> {
        if let Some(refused) = self.lost() {
            return Ok(Err(refused));
        }
        if body.get().len() > MAX_MUTATION_BYTES {
            let message = format!("a mutation has at most {MAX_MUTATION_BYTES} bytes");
            let error = WireError::new(Code::TooLarge, message);
            return Ok(Err(Answer::Refused(error)));
        }
        let id = self.state.identity.node;
        let Some(device) = self.device(id)?.cloned() else {
            return Err(LedgerError::Corrupt(
                "the node has no device row".to_owned(),
            ));
        };
        let seq = device.high_water.next();
        let format = self.domain.schema().format;
        let envelope = Envelope::seal(id, seq, at, format, body.to_owned());
        Ok(Ok((device, Pushed::Mutation(envelope))))
    }

    pub(super) fn decide(
        &mut self,
        device: &Device,
        pushed: &Pushed,
        at: Hlc,
        skew: u64,
    ) -> Result<Answer, LedgerError> {
        let case = self.case(device, pushed.seq(), at);
        let weighed = self.weigh(&case, pushed)?;
        self.enter(pushed, &case, weighed, skew)
    }

    fn case<'d>(&self, device: &'d Device, seq: Seq, at: Hlc) -> Case<'d> {
        Case {
            role: Role::Master,
            device: &device.info,
            seq,
            at,
            position: self.state.head.next(),
            now: self.now,
        }
    }

    /// What a mutation does, and the first issue of it where it is issued again. Writes nothing.
    fn weigh(
        &self,
        case: &Case<'_>,
        pushed: &Pushed,
    ) -> Result<(Decision, Option<Origin>), LedgerError> {
        Ok(match pushed {
            Pushed::Void(void) => {
                let refusal = Refusal::new("void", void.reason.clone());
                (Decision::rejected(refusal), None)
            }
            Pushed::Mutation(envelope) => (self.decision(case, envelope)?, envelope.origin),
        })
    }

    /// Writes down a mutation with all that it does.
    fn enter(
        &mut self,
        pushed: &Pushed,
        case: &Case<'_>,
        (decision, origin): (Decision, Option<Origin>),
        skew: u64,
    ) -> Result<Answer, LedgerError> {
        let Case { position, at, .. } = *case;
        let outcome = Outcome {
            device: case.device.id,
            seq: pushed.seq(),
            hash: pushed.hash(),
            position,
            verdict: decision.verdict,
            refusal: decision.refusal,
            withheld: decision.withheld,
            flags: decision.flags,
        };
        self.log(pushed, at, &outcome)?;
        outcomes::keep(self.connection, &outcome, origin.as_ref(), self.now)?;
        let differences = self.put(&decision.changes)?;
        self.release(&decision.changes)?;
        self.account(pushed, &outcome, &differences, skew)?;
        let schema = self.domain.schema();
        let items = changes::append(self.connection, schema, position, &decision.changes)?;
        self.items.extend(items);
        if let Some(device) = self.devices.get_mut(&outcome.device) {
            device.high_water = outcome.seq;
            self.moved.insert(outcome.device);
        }
        tracing::debug!(
            store = %self.state.identity.store,
            device = %outcome.device,
            seq = %outcome.seq,
            %position,
            verdict = outcomes::word(outcome.verdict),
            "decided"
        );
        Ok(Answer::Outcome(Box::new(outcome)))
    }

    fn decision(&self, case: &Case<'_>, envelope: &Envelope) -> Result<Decision, LedgerError> {
        let first = match &envelope.origin {
            Some(origin) => outcomes::find_origin(self.connection, origin)?,
            None => None,
        };
        if let Some(first) = first {
            return Ok(Decision {
                verdict: first.verdict,
                refusal: first.refusal,
                withheld: first.withheld,
                flags: first.flags,
                changes: Vec::new(),
            });
        }
        // A rule that panics must not take the writer down, nor hold up the queue behind it.
        let decided = catch_unwind(AssertUnwindSafe(|| {
            decide(self.domain, &self.records, case, envelope)
        }));
        match decided {
            Ok(decision) => decision.map_err(|e| LedgerError::Corrupt(e.0)),
            Err(_) => {
                tracing::error!(device = %case.device.id, seq = %case.seq, "a rule panicked");
                let message = "the master's rules failed on this; nothing was changed";
                Ok(Decision::rejected(Refusal::new("rules_failed", message)))
            }
        }
    }

    fn log(&mut self, pushed: &Pushed, clamped: Hlc, outcome: &Outcome) -> Result<(), LedgerError> {
        let verdict = outcomes::word(outcome.verdict);
        let digest = chain(&self.state.digest, outcome.position, &outcome.hash, verdict);
        let envelope = match pushed {
            Pushed::Mutation(envelope) => Some(envelope),
            Pushed::Void(_) => None,
        };
        let origin = envelope.and_then(|envelope| envelope.origin);
        self.connection
            .prepare_cached(
                "INSERT INTO log (position, device, seq, hash, at, clamped, format, origin_device,
                    origin_seq, origin_hash, body, verdict, decided_at, digest)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            )?
            .execute(params![
                outcome.position.0 as i64,
                outcome.device.bytes(),
                outcome.seq.0 as i64,
                outcome.hash.bytes(),
                pushed.at().bits() as i64,
                clamped.bits() as i64,
                envelope.map(|envelope| envelope.format),
                origin.map(|origin| *origin.device.bytes()),
                origin.map(|origin| origin.seq.0 as i64),
                origin.map(|origin| *origin.hash.bytes()),
                envelope.map(|envelope| envelope.body.get()),
                verdict,
                self.now.0 as i64,
                digest.bytes(),
            ])?;
        self.state.head = outcome.position;
        self.state.digest = digest;
        Ok(())
    }

    /// Writes the records, follows the checksums, and says what the audit shall know of each.
    fn put(&mut self, changes: &[Change]) -> Result<Vec<Json>, LedgerError> {
        let schema = self.domain.schema();
        let mut differences = Vec::with_capacity(changes.len());
        for change in changes {
            let (name, new) = (&change.collection, &change.record);
            let old = self
                .records
                .get(name, new.id)
                .map_err(|e| LedgerError::Corrupt(e.0))?;
            self.state.sums.follow(schema, name, old.as_ref(), new);
            for record in old.iter().chain([new]) {
                let bucket = Bucket::of(schema, name, record);
                self.touched.insert((name.clone(), bucket));
            }
            let known = schema.collection(name);
            differences.push(account::difference(known, name, old.as_ref(), new));
            self.records.put(name, new)?;
        }
        Ok(differences)
    }
}

/// The digest of the log after one more mutation.
pub(in crate::ledger) fn chain(
    before: &Digest,
    position: Position,
    hash: &Digest,
    verdict: &str,
) -> Digest {
    Digest::of(&[
        before.bytes(),
        &position.0.to_be_bytes(),
        hash.bytes(),
        verdict.as_bytes(),
    ])
}
