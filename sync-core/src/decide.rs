//! The one function that says what a mutation does.
//!
//! ```text
//! body unreadable, a collection unknown, a fact that does not decode, a read-only device
//!     └► rejected
//! ops applied in order on a scratch copy ─► the domain's judgement
//!     no fact in it and an objection   └► rejected, for the first objection
//!     a fact in it and objections      └► the fact stands, flagged, with a task;
//!                                         what is not a fact is withheld
//! facts that took effect ─► projections ─► records the master raises (conflicts, tasks, notices)
//! ```
//!
//! 1. Deterministic: time, position and order are in the [`Case`]; nothing else is read.
//! 2. The overlay of a device runs the same code without judging and raising, so what the user
//!    sees before the answer is what the answer will make of it, unless somebody else came first.

mod apply;
mod project;
mod raise;
mod resolve;
mod rights;

use apply::Attempt;

use crate::{
    ACKNOWLEDGEMENTS, Body, Cause, CauseKind, Change, DeviceInfo, Document, Domain, Envelope, Flag,
    Hlc, Kind, Millis, Objection, Op, Position, ReadError, Records, Refusal, Schema, Seq, Set,
    Stamp, Verdict, Withheld, WithheldBecause,
};

/// Who runs the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The master, whose word is final.
    Master,
    /// A device that shows what its undecided mutations will do.
    Overlay,
}

/// Everything around a mutation that its effect depends on.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// Who runs the rules.
    pub role: Role,
    /// The device it came from.
    pub device: &'a DeviceInfo,
    /// Its number there.
    pub seq: Seq,
    /// When, clamped to its arrival.
    pub at: Hlc,
    /// Its place in the log, which becomes the version of what it changes.
    pub position: Position,
    /// When the master decides it, as the proposal says.
    pub now: Millis,
}

/// What a mutation does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// How it ended.
    pub verdict: Verdict,
    /// Why, where it was rejected.
    pub refusal: Option<Refusal>,
    /// The parts that did not take effect.
    pub withheld: Vec<Withheld>,
    /// What is wrong with facts that took effect all the same.
    pub flags: Vec<Flag>,
    /// The new state of every record it changed, by collection and id.
    pub changes: Vec<Change>,
}

impl Case<'_> {
    pub(crate) fn stamp(&self) -> Stamp {
        Stamp {
            at: self.at,
            device: self.device.id,
            seq: self.seq,
        }
    }
}

impl Decision {
    /// A rejection: nothing changes.
    pub fn rejected(refusal: Refusal) -> Self {
        Self {
            verdict: Verdict::Rejected,
            refusal: Some(refusal),
            withheld: Vec::new(),
            flags: Vec::new(),
            changes: Vec::new(),
        }
    }
}

/// Decides a mutation against the records as they stand.
///
/// # Errors
/// When the records cannot be read; never because of what the mutation says.
///
/// # Examples
/// A shop whose only collection is `products`, and a till that makes one.
/// ```
/// use sync_core::*;
///
/// struct Shop(Schema);
///
/// impl Domain for Shop {
///     fn schema(&self) -> &Schema {
///         &self.0
///     }
///
///     fn judge(
///         &self,
///         _: &Case<'_>,
///         body: &Body,
///         _: &dyn Records,
///         _: &dyn Records,
///     ) -> Result<Judgement, ReadError> {
///         let objections = match body.name.as_str() {
///             "make_product" => vec![],
///             name => vec![Objection {
///                 op: None,
///                 refusal: Refusal::new("unknown", format!("nobody may {name} here")),
///             }],
///         };
///         Ok(Judgement { objections, causes: vec![] })
///     }
///
///     fn project(&self, _: &str, _: RecordId, _: &Document) -> Vec<Projection> {
///         vec![]
///     }
/// }
///
/// struct Empty;
///
/// impl Records for Empty {
///     fn get(&self, _: &str, _: RecordId) -> Result<Option<Record>, ReadError> {
///         Ok(None)
///     }
///
///     fn find(&self, _: &str, _: &str, _: &Value) -> Result<Vec<Record>, ReadError> {
///         Ok(vec![])
///     }
/// }
///
/// let shop: Schema = serde_json::from_str(
///     r#"{"format": 1, "collections": {"products": {
///         "kind": "shared", "fields": {"name": {"type": "text", "required": true}}}}}"#,
/// )?;
/// let now = Millis(1_750_000_000_000);
/// let till = DeviceInfo {
///     id: DeviceId::new(now, [1; 10]),
///     kind: DeviceKind::Till,
///     ordinal: 1,
///     name: "Till 1".to_owned(),
///     read_only: false,
/// };
/// let body = Body {
///     actor: Actor {
///         user: RecordId::new(now, [2; 10]),
///         verified: Verified::Pin,
///         approved_by: None,
///     },
///     name: "make_product".to_owned(),
///     ops: vec![Op::Insert {
///         collection: "products".into(),
///         id: RecordId::new(now, [3; 10]),
///         doc: Document::new().with("name", "Tea"),
///     }],
/// };
/// let envelope = Envelope::seal(till.id, Seq(1), Hlc::at(now), 1, body.encode());
/// let case = Case {
///     role: Role::Master,
///     device: &till,
///     seq: envelope.seq,
///     at: envelope.at.clamp_to(now),
///     position: Position(1),
///     now,
/// };
///
/// let decision = decide(&Shop(shop), &Empty, &case, &envelope)?;
///
/// assert_eq!(decision.verdict, Verdict::Accepted);
/// assert_eq!(decision.changes[0].record.doc.text("name"), Some("Tea"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decide(
    domain: &dyn Domain,
    records: &dyn Records,
    case: &Case<'_>,
    envelope: &Envelope,
) -> Result<Decision, ReadError> {
    decide_as(case.role, domain, records, case, envelope)
}

/// What a device shows of a mutation before it is decided: [`decide`] without judging and raising,
/// whatever the case says. A program that only foresees does not carry the rest.
///
/// # Errors
/// When the records cannot be read.
pub fn foresee(
    domain: &dyn Domain,
    records: &dyn Records,
    case: &Case<'_>,
    envelope: &Envelope,
) -> Result<Decision, ReadError> {
    decide_as(Role::Overlay, domain, records, case, envelope)
}

fn decide_as(
    role: Role,
    domain: &dyn Domain,
    records: &dyn Records,
    case: &Case<'_>,
    envelope: &Envelope,
) -> Result<Decision, ReadError> {
    let opened = envelope
        .open()
        .map_err(|e| Refusal::new("unsupported", e.to_string()))
        .and_then(|body| domain.upcast(envelope.format, body));
    let body = match opened {
        Ok(body) => body,
        Err(refusal) => return Ok(Decision::rejected(refusal)),
    };
    if case.device.read_only && !only_acknowledges(&body) {
        let message = "this device may look but not write";
        return Ok(Decision::rejected(Refusal::new("forbidden", message)));
    }
    decide_body(role, domain, records, case, &body)
}

fn decide_body(
    role: Role,
    domain: &dyn Domain,
    records: &dyn Records,
    case: &Case<'_>,
    body: &Body,
) -> Result<Decision, ReadError> {
    let schema = domain.schema();
    let mut attempt = match Attempt::run(schema, records, case, body, &Set::new())? {
        Ok(attempt) => attempt,
        Err(refusal) => return Ok(Decision::rejected(refusal)),
    };
    let mut objections = std::mem::take(&mut attempt.objections);
    let mut causes = Vec::new();
    if role == Role::Master {
        let judgement = domain.judge(case, body, records, &attempt.scratch)?;
        objections.extend(judgement.objections);
        causes = judgement.causes;
    }
    if !objections.is_empty() {
        if !body.ops.iter().any(|op| is_fact(schema, op)) {
            return Ok(Decision::rejected(objections.swap_remove(0).refusal));
        }
        let mut excluded = excluded_ops(schema, body, &objections);
        loop {
            attempt = match Attempt::run(schema, records, case, body, &excluded)? {
                Ok(attempt) => attempt,
                Err(refusal) => return Ok(Decision::rejected(refusal)),
            };
            // What built on an op that gave way has to give way as well.
            let further = std::mem::take(&mut attempt.objections);
            if further.is_empty() {
                break;
            }
            excluded.extend(further.iter().filter_map(|objection| objection.op));
            objections.extend(further);
        }
        attempt
            .withheld
            .extend(excluded.iter().map(|&op| refused(body, op)));
        for objection in &objections {
            flag(&mut attempt, &mut causes, body, schema, objection);
        }
    }
    project::project(domain, &mut attempt, case)?;
    if role == Role::Master {
        causes.append(&mut attempt.causes);
        raise::conflicts(schema, &mut attempt, case, body)?;
        raise::causes(schema, &mut attempt, case, &causes)?;
    }
    Ok(attempt.into_decision())
}

/// Whether all it does is to say that this device has shown a notice.
fn only_acknowledges(body: &Body) -> bool {
    let acknowledges = |op: &Op| matches!(op, Op::Insert { collection, .. } if collection.as_str() == ACKNOWLEDGEMENTS);
    !body.ops.is_empty() && body.ops.iter().all(acknowledges)
}

fn is_fact(schema: &Schema, op: &Op) -> bool {
    let (collection, _) = op.target();
    matches!(op, Op::Insert { .. })
        && schema
            .collection(collection)
            .is_some_and(|c| c.kind == Kind::Fact)
}

/// The ops that give way so that the facts beside them can stand.
fn excluded_ops(schema: &Schema, body: &Body, objections: &[Objection]) -> Set<usize> {
    let whole = objections.iter().any(|objection| objection.op.is_none());
    let named: Set<usize> = objections.iter().filter_map(|o| o.op).collect();
    (0..body.ops.len())
        .filter(|index| whole || named.contains(index))
        .filter(|&index| !is_fact(schema, &body.ops[index]))
        .collect()
}

fn refused(body: &Body, op: usize) -> Withheld {
    let (collection, id) = body.ops[op].target();
    Withheld {
        op: op as u32,
        collection: collection.clone(),
        id,
        field: None,
        because: WithheldBecause::Refused,
        theirs: None,
        mine: None,
    }
}

fn flag(
    attempt: &mut Attempt<'_>,
    causes: &mut Vec<Cause>,
    body: &Body,
    schema: &Schema,
    objection: &Objection,
) {
    let fact = body
        .ops
        .iter()
        .position(|op| is_fact(schema, op))
        .unwrap_or(0);
    let op = objection.op.unwrap_or(fact);
    let refusal = &objection.refusal;
    attempt.flags.push(Flag {
        op: op as u32,
        code: refusal.code.clone(),
        message: refusal.message.clone(),
    });
    let (collection, id) = body.ops[fact].target();
    causes.push(Cause {
        raise: CauseKind::Task,
        kind: refusal.code.clone(),
        subject: id.to_string(),
        op,
        message: refusal.message.clone(),
        details: Document::new()
            .with("collection", collection.as_str())
            .with("mutation", body.name.as_str()),
        until: None,
    });
}
