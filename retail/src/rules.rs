//! What the master says of a mutation: may they, is it valid, what has to be looked at.
//!
//! An objection refuses a mutation without facts and flags one with facts; a cause opens a task or
//! a notice and speaks against nothing.

mod credit;
mod drawer;
mod people;
mod raised;
mod receipts;
mod records;
mod stock;

use sync_core::{
    Body, Case, Cause, CauseKind, Document, Judgement, Objection, Op, ReadError, RecordId, Records,
    Refusal,
};

pub(crate) use records::rule_of;

use crate::collection::{
    CASH_MOVEMENTS, CREDIT_ENTRIES, REFUNDS, SALES, SHIFT_CLOSINGS, STOCK_ADJUSTMENTS,
    STOCK_MOVEMENTS,
};

/// A mutation under judgement.
struct Trial<'a> {
    case: &'a Case<'a>,
    body: &'a Body,
    before: &'a dyn Records,
    after: &'a dyn Records,
    judgement: Judgement,
}

/// A fact that was not known before.
#[derive(Clone, Copy)]
struct Fact<'a> {
    op: usize,
    collection: &'a str,
    id: RecordId,
    doc: &'a Document,
}

pub(crate) fn judge(
    case: &Case<'_>,
    body: &Body,
    before: &dyn Records,
    after: &dyn Records,
) -> Result<Judgement, ReadError> {
    let mut trial = Trial {
        case,
        body,
        before,
        after,
        judgement: Judgement::default(),
    };
    people::judge(&mut trial)?;
    records::judge(&mut trial)?;
    raised::judge(&mut trial)?;
    drawer::judge(&mut trial)?;
    credit::judge(&mut trial)?;
    let facts = new_facts(body, before)?;
    for fact in &facts {
        match fact.collection {
            SALES | REFUNDS => receipts::judge(&mut trial, *fact)?,
            STOCK_ADJUSTMENTS => receipts::number(&mut trial, *fact)?,
            CREDIT_ENTRIES => credit::entered(&mut trial, *fact)?,
            CASH_MOVEMENTS => drawer::moved(&mut trial, *fact)?,
            SHIFT_CLOSINGS => drawer::closed(&mut trial, *fact)?,
            _ => {}
        }
    }
    stock::judge(&mut trial, &facts)?;
    Ok(trial.judgement)
}

/// The facts of a mutation, without those that are there already because it was issued twice.
fn new_facts<'a>(body: &'a Body, before: &dyn Records) -> Result<Vec<Fact<'a>>, ReadError> {
    let mut facts = Vec::new();
    for (index, op) in body.ops.iter().enumerate() {
        let Op::Insert {
            collection,
            id,
            doc,
        } = op
        else {
            continue;
        };
        let fact = matches!(
            collection.as_str(),
            SALES
                | REFUNDS
                | STOCK_ADJUSTMENTS
                | STOCK_MOVEMENTS
                | CREDIT_ENTRIES
                | CASH_MOVEMENTS
                | SHIFT_CLOSINGS
        );
        if fact && before.get(collection, *id)?.is_none() {
            facts.push(Fact {
                op: index,
                collection,
                id: *id,
                doc,
            });
        }
    }
    Ok(facts)
}

impl Trial<'_> {
    fn object(&mut self, op: Option<usize>, refusal: Refusal) {
        self.judgement.objections.push(Objection { op, refusal });
    }

    fn raise(&mut self, raise: CauseKind, what: Raise<'_>) {
        self.judgement.causes.push(Cause {
            raise,
            kind: what.kind.to_owned(),
            subject: what.subject,
            op: what.op,
            message: what.message,
            details: what.details,
            until: (raise == CauseKind::Notice).then(|| self.case.now.plus(lasts(what.kind))),
        });
    }

    fn task(&mut self, what: Raise<'_>) {
        self.raise(CauseKind::Task, what);
    }

    fn notice(&mut self, what: Raise<'_>) {
        self.raise(CauseKind::Notice, what);
    }
}

/// How long a notice of a kind concerns anybody, in milliseconds: what ran out is ordered or known
/// within a day, what was sold without being there is settled within a week.
fn lasts(kind: &str) -> u64 {
    const DAY: u64 = 86_400_000;
    match kind {
        "oversold" => 7 * DAY,
        _ => DAY,
    }
}

/// What a task or a notice is made of.
struct Raise<'a> {
    kind: &'a str,
    subject: String,
    op: usize,
    message: String,
    details: Document,
}
