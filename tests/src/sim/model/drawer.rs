//! What goes through a drawer.

use retail::{DrawerTotals, Method, Money, collection};
use serde_json::Value as Json;

use crate::sim::oracle::Fact;

/// Counts what a fact does to its drawer.
pub(super) fn count(sums: &mut DrawerTotals, collection: &str, fact: &Fact) {
    let amount = Money(fact.total.abs());
    match collection {
        collection::SALES => {
            sums.sales += 1;
            add(&mut sums.sales_total, amount);
            match fact.paid {
                Some(Method::Cash) => add(&mut sums.cash_sales, amount),
                Some(Method::Card) => add(&mut sums.card_sales, amount),
                Some(Method::Credit) => add(&mut sums.credit_sales, amount),
                None => {}
            }
        }
        collection::REFUNDS => {
            sums.refunds += 1;
            add(&mut sums.refunds_total, amount);
            match fact.paid {
                Some(Method::Cash) => add(&mut sums.cash_refunds, amount),
                Some(Method::Card) => add(&mut sums.card_refunds, amount),
                Some(Method::Credit) => add(&mut sums.credit_refunds, amount),
                None => {}
            }
        }
        collection::CASH_MOVEMENTS if fact.total < 0 => add(&mut sums.cash_out, amount),
        collection::CASH_MOVEMENTS => add(&mut sums.cash_in, amount),
        collection::CREDIT_ENTRIES if fact.paid == Some(Method::Cash) => {
            add(&mut sums.credit_paid, amount);
        }
        _ => {}
    }
}

/// What a session says of itself.
pub(super) fn told(doc: &Json) -> DrawerTotals {
    serde_json::from_value(doc.clone()).unwrap_or_default()
}

fn add(sum: &mut Money, amount: Money) {
    *sum = *sum + amount;
}
