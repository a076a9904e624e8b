mod patch;

use super::resolve::{Resolving, is_resolution};
use super::rights::{field_refusal, may_write};
use crate::{
    Author, Body, Case, Cause, CauseKind, Collection, CollectionName, Decision, DeviceKind, Digest,
    Document, FieldPatch, Flag, Kind, MAX_INTEGER, Map, Objection, Op, ReadError, Record, RecordId,
    Records, Refusal, Role, Schema, Scratch, Set, Value, Verdict, Verified, Withheld,
    WithheldBecause,
};

/// The ops of one mutation, applied on a scratch copy.
pub(super) struct Attempt<'a> {
    pub(super) scratch: Scratch<'a>,
    pub(super) objections: Vec<Objection>,
    pub(super) withheld: Vec<Withheld>,
    pub(super) flags: Vec<Flag>,
    pub(super) causes: Vec<Cause>,
    /// The facts that take effect, for projections.
    pub(super) facts: Vec<(CollectionName, RecordId, Document)>,
    pub(super) resolving: Resolving,
    settled_a_clash: bool,
}

/// Where one op stands: its mutation's case, its number, its collection.
pub(super) struct Step<'a> {
    pub(super) case: &'a Case<'a>,
    pub(super) op: usize,
    pub(super) name: &'a CollectionName,
    pub(super) collection: &'a Collection,
    pub(super) id: RecordId,
    body: &'a Body,
}

impl<'a> Attempt<'a> {
    /// Applies all ops but the excluded ones. The inner error is a refusal of the whole mutation
    /// that even a fact cannot survive.
    pub(super) fn run(
        schema: &Schema,
        records: &'a dyn Records,
        case: &Case<'_>,
        body: &Body,
        excluded: &Set<usize>,
    ) -> Result<Result<Self, Refusal>, ReadError> {
        let mut attempt = Self {
            scratch: Scratch::new(records),
            objections: Vec::new(),
            withheld: Vec::new(),
            flags: Vec::new(),
            causes: Vec::new(),
            facts: Vec::new(),
            resolving: Resolving::default(),
            settled_a_clash: false,
        };
        for (index, op) in body.ops.iter().enumerate() {
            let (name, id) = op.target();
            let Some(collection) = schema.collection(name) else {
                let message = format!("there is no collection {name}");
                return Ok(Err(Refusal::new("unsupported", message)));
            };
            if excluded.contains(&index) {
                continue;
            }
            let step = Step {
                case,
                op: index,
                name,
                collection,
                id,
                body,
            };
            if let Err(refusal) = attempt.step(schema, &step, op)? {
                return Ok(Err(refusal));
            }
        }
        let late = attempt.resolving.objection();
        attempt.objections.extend(late);
        Ok(Ok(attempt))
    }

    pub(super) fn into_decision(self) -> Decision {
        let conflict = self
            .withheld
            .iter()
            .any(|part| part.because == WithheldBecause::Conflict);
        let verdict = if conflict {
            Verdict::Conflict
        } else if self.settled_a_clash || !self.withheld.is_empty() {
            Verdict::Merged
        } else {
            Verdict::Accepted
        };
        Decision {
            verdict,
            refusal: None,
            withheld: self.withheld,
            flags: self.flags,
            changes: self.scratch.into_changes(),
        }
    }

    fn step(
        &mut self,
        schema: &Schema,
        step: &Step<'_>,
        op: &Op,
    ) -> Result<Result<(), Refusal>, ReadError> {
        if let Some(refusal) = may_write(step, op) {
            self.object(step, refusal);
            return Ok(Ok(()));
        }
        if self.resolving.leaves_out(step, None) {
            return Ok(Ok(()));
        }
        let current = self.scratch.get(step.name, step.id)?;
        match op {
            Op::Insert { doc, .. } => return self.insert(step, current, doc),
            Op::Patch { fields, .. } => {
                let Some(record) = self.existing(step, current, Some(fields)) else {
                    return Ok(Ok(()));
                };
                if !is_resolution(step.name, fields)
                    || self.resolve(step, schema, &record, fields)?
                {
                    self.patch(step, record, fields);
                }
            }
            Op::Delete { was, .. } => {
                if let Some(record) = self.existing(step, current, None) {
                    self.delete(step, record, was);
                }
            }
            Op::Add { field, delta, .. } => {
                if let Some(record) = self.existing(step, current, None) {
                    self.add(step, record, field, *delta);
                }
            }
        }
        Ok(Ok(()))
    }

    fn insert(
        &mut self,
        step: &Step<'_>,
        current: Option<Record>,
        doc: &Document,
    ) -> Result<Result<(), Refusal>, ReadError> {
        let fact = step.collection.kind == Kind::Fact;
        match step.collection.check(doc) {
            Err(refusal) if fact => return Ok(Err(refusal)),
            Err(refusal) => {
                self.object(step, refusal);
                return Ok(Ok(()));
            }
            Ok(()) => {}
        }
        let Some(current) = current else {
            self.put_inserted(step, step.id, doc.clone(), doc);
            return Ok(Ok(()));
        };
        if current.stub {
            let mut filled = current.doc;
            doc.iter()
                .for_each(|(name, value)| filled.set(name, Some(value.clone())));
            self.put_inserted(step, step.id, filled, doc);
            return Ok(Ok(()));
        }
        if current.deleted && self.resolving.settles(step) {
            if step.collection.projected().next().is_some() {
                let message = "what was derived for this record went with it: make a new one";
                self.object(step, Refusal::new("gone", message));
            } else {
                self.put_inserted(step, step.id, doc.clone(), doc);
            }
            return Ok(Ok(()));
        }
        let same = match current.first {
            Some(first) => first == doc.digest(),
            None => !current.deleted && step.collection.own(&current.doc) == *doc,
        };
        if same {
            return Ok(Ok(()));
        }
        if fact {
            self.keep_beside(step, doc)?;
        } else {
            self.withhold_record(step, &current, doc);
        }
        Ok(Ok(()))
    }

    /// A second, different fact under a taken id is kept under an id that follows from its
    /// content: a sale is never lost because a device made an id twice, and never counted twice
    /// because it was repaired and sent again.
    fn keep_beside(&mut self, step: &Step<'_>, doc: &Document) -> Result<(), ReadError> {
        let id = RecordId::derived(&[
            b"fact beside",
            step.name.as_bytes(),
            step.id.bytes(),
            doc.digest().bytes(),
        ]);
        if self.scratch.get(step.name, id)?.is_some() {
            return Ok(());
        }
        let message = format!("another record was kept under the id {}", step.id);
        self.put_inserted(step, id, doc.clone(), doc);
        self.flags.push(Flag {
            op: step.op as u32,
            code: "id_taken".to_owned(),
            message: message.clone(),
        });
        self.causes.push(Cause {
            raise: CauseKind::Task,
            kind: "id_taken".to_owned(),
            subject: step.id.to_string(),
            op: step.op,
            message,
            details: Document::new()
                .with("collection", step.name.as_str())
                .with("kept_as", id.to_string()),
            until: None,
        });
        Ok(())
    }

    fn put_inserted(&mut self, step: &Step<'_>, id: RecordId, doc: Document, own: &Document) {
        let case = step.case;
        let mut record = Record::inserted(id, case.position, case.now, doc);
        record.first = Some(own.digest());
        sign(step, &mut record, "");
        self.scratch.put(step.name, record);
        if step.collection.kind == Kind::Fact {
            self.facts.push((step.name.clone(), id, own.clone()));
        }
    }

    /// The record that an op on an existing one is about; an objection where it never existed, a
    /// conflict where it was deleted. Of what belongs to another device it is only taken over.
    fn existing(
        &mut self,
        step: &Step<'_>,
        current: Option<Record>,
        patched: Option<&Map<String, FieldPatch>>,
    ) -> Option<Record> {
        let me = step.case.device.id.to_string();
        if let Kind::Owned { owner } = &step.collection.kind
            && let Some(record) = &current
            && !record.deleted
            && record.doc.text(owner) != Some(&me)
            && step.case.device.kind != DeviceKind::Node
            && !patched.is_some_and(|fields| takes_over(fields, owner, &me))
        {
            let message = "only the device that owns this record may change it";
            self.object(step, Refusal::new("not_owner", message));
            return None;
        }
        match current {
            Some(record) if !record.stub => Some(record),
            _ => {
                let message = format!("there is no such record in {}", step.name);
                self.object(step, Refusal::new("missing", message));
                None
            }
        }
    }

    fn delete(&mut self, step: &Step<'_>, mut record: Record, was: &Digest) {
        if record.deleted {
            return;
        }
        if step.collection.own(&record.doc).digest() != *was {
            self.withhold(step, None, Some(record.doc.into()), None);
            return;
        }
        record.doc = Document::new();
        record.writes.clear();
        record.authors.clear();
        record.deleted = true;
        sign(step, &mut record, "");
        self.put_changed(step, record);
    }

    fn add(&mut self, step: &Step<'_>, mut record: Record, field: &str, delta: i64) {
        let standing = match record.doc.get(field) {
            Some(value) => value.as_int(),
            None => Some(0),
        };
        let fits = |int: &i64| int.unsigned_abs() <= MAX_INTEGER.unsigned_abs();
        let sum = standing
            .filter(|_| fits(&delta))
            .map(|standing| standing.saturating_add(delta))
            .filter(fits)
            .map(Value::Int)
            .filter(|sum| field_refusal(step, field, Some(sum)).is_none());
        let Some(sum) = sum else {
            let message = format!("{field} cannot be added to");
            self.object(step, Refusal::new("type", message).of_field(field));
            return;
        };
        if record.deleted {
            self.withhold(step, Some(field), None, Some(Value::Int(delta)));
            return;
        }
        record.doc.set(field, Some(sum));
        self.put_changed(step, record);
    }

    pub(super) fn put_changed(&mut self, step: &Step<'_>, mut record: Record) {
        record.version = step.case.position;
        record.at = step.case.now;
        self.scratch.put(step.name, record);
    }

    fn withhold_record(&mut self, step: &Step<'_>, current: &Record, doc: &Document) {
        let theirs = (!current.deleted).then(|| current.doc.clone().into());
        self.withhold(step, None, theirs, Some(doc.clone().into()));
    }

    fn withhold(
        &mut self,
        step: &Step<'_>,
        field: Option<&str>,
        theirs: Option<Value>,
        mine: Option<Value>,
    ) {
        self.withheld.push(Withheld {
            op: step.op as u32,
            collection: step.name.clone(),
            id: step.id,
            field: field.map(str::to_owned),
            because: WithheldBecause::Conflict,
            theirs,
            mine,
        });
    }

    fn object(&mut self, step: &Step<'_>, refusal: Refusal) {
        self.objections.push(Objection {
            op: Some(step.op),
            refusal,
        });
    }
}

/// Whether a patch does nothing but make this device the owner. Whether it may is for the rules to
/// say.
fn takes_over(fields: &Map<String, FieldPatch>, owner: &str, me: &str) -> bool {
    let named = fields.get(owner).and_then(|patch| patch.now.as_ref());
    fields.len() == 1 && named.and_then(Value::as_str) == Some(me)
}

/// Notes who changed a field, or made or deleted the record, for whoever has to choose between two
/// changes. What nodes do on their own has no author.
fn sign(step: &Step<'_>, record: &mut Record, field: &str) {
    let (case, actor) = (step.case, &step.body.actor);
    let edited = step.collection.kind == Kind::Shared && actor.verified != Verified::System;
    if case.role == Role::Master && edited {
        let author = Author {
            actor: actor.user,
            device: case.device.id,
            device_name: case.device.name.clone(),
            at: case.at.millis(),
        };
        record.authors.insert(field.to_owned(), author);
    }
}
