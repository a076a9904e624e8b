//! What the master says to what people do.

mod credit;
mod drawers;
mod people;
mod receipts;
mod records;
mod stock;

use retail::Fields;
use sync_core::{Body, Op, Value, Verdict};

use crate::shop::{Shop, till};

fn fields(name: &str, value: impl Into<Value>) -> Fields {
    Fields::from_iter([(name.to_owned(), Some(value.into()))])
}

fn refusal_of(shop: &mut Shop, body: &Body) -> String {
    let decision = shop.decide(&till(1), body);
    assert_eq!(decision.verdict, Verdict::Rejected);
    decision.refusal.unwrap().code
}

/// Changes the document of the one insert in a body.
fn tamper(body: &mut Body, field: &str, value: impl Into<Value>) {
    let Op::Insert { doc, .. } = &mut body.ops[0] else {
        panic!("no insert");
    };
    doc.set(field, Some(value.into()));
}
