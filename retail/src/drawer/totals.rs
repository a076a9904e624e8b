//! What happened while a drawer was open.

use serde::{Deserialize, Serialize};
use sync_core::{Document, Map, Projected, Projection, Value};

use crate::Money;
use crate::collection::{CASH_MOVEMENTS, CREDIT_ENTRIES, DRAWER_SESSIONS, REFUNDS, SALES};
use crate::project::id_of;

/// What the facts of a session add up to: fields derived for its record, and kept by its Z report
/// as they were then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(default)]
pub struct DrawerTotals {
    /// How many sales.
    pub sales: i64,
    /// What they came to.
    pub sales_total: Money,
    /// How many refunds.
    pub refunds: i64,
    /// What they came to, as a positive number.
    pub refunds_total: Money,
    /// Cash taken for sales, change taken off.
    pub cash_sales: Money,
    /// Cash given back.
    pub cash_refunds: Money,
    /// Taken by card.
    pub card_sales: Money,
    /// Given back by card.
    pub card_refunds: Money,
    /// Sold on credit.
    pub credit_sales: Money,
    /// Taken off what customers owe, for goods that came back.
    pub credit_refunds: Money,
    /// Cash that customers paid of what they owe.
    pub credit_paid: Money,
    /// Cash put in.
    pub cash_in: Money,
    /// Cash taken out.
    pub cash_out: Money,
}

impl DrawerTotals {
    /// Reads what is derived for a session; what is not there is nothing.
    pub fn of(session: &Document) -> Self {
        let known = crate::schema().collection(DRAWER_SESSIONS);
        let derived =
            |name: &str| known.is_some_and(|known| known.projected().any(|it| it == name));
        let own: Document = session
            .iter()
            .filter(|(name, _)| derived(name))
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect();
        own.to_typed().unwrap_or_default()
    }

    /// The cash that should be there.
    pub fn expected(&self, float: Money) -> Money {
        float + self.cash_sales - self.cash_refunds + self.credit_paid + self.cash_in
            - self.cash_out
    }
}

/// What a fact adds to the session it names.
pub(crate) fn project(collection: &str, fact: &Document) -> Option<Projection> {
    let id = id_of(fact.get("session"))?;
    let amount = |field: &str| fact.int(field).unwrap_or(0);
    let mut sums: Vec<(&str, i64)> = match collection {
        SALES => vec![("sales", 1), ("sales_total", amount("total"))],
        REFUNDS => vec![("refunds", 1), ("refunds_total", amount("total"))],
        CASH_MOVEMENTS => match fact.text("kind") {
            Some("payout") => vec![("cash_out", amount("amount"))],
            Some("no_sale") => Vec::new(),
            _ => vec![("cash_in", amount("amount"))],
        },
        CREDIT_ENTRIES if fact.text("kind") == Some("payment") => match fact.text("method") {
            Some("cash") => vec![("credit_paid", amount("amount"))],
            _ => Vec::new(),
        },
        _ => return None,
    };
    let names = match collection {
        SALES => ["cash_sales", "card_sales", "credit_sales"],
        _ => ["cash_refunds", "card_refunds", "credit_refunds"],
    };
    if matches!(collection, SALES | REFUNDS) {
        sums.extend(names.into_iter().zip(by_tender(fact)));
    }
    let fields: Map<String, Projected> = sums
        .into_iter()
        .filter(|(_, sum)| *sum != 0)
        .map(|(name, sum)| (name.to_owned(), Projected::Add(sum)))
        .collect();
    (!fields.is_empty()).then(|| Projection {
        collection: DRAWER_SESSIONS.into(),
        id,
        fields,
    })
}

/// What a receipt was paid with: cash, card, credit.
fn by_tender(receipt: &Document) -> [i64; 3] {
    let mut sums = [0_i64; 3];
    let payments = receipt.get("payments").and_then(Value::as_list);
    for payment in payments
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_map)
    {
        let tender = match payment.get("method").and_then(Value::as_str) {
            Some("cash") => 0,
            Some("card") => 1,
            Some("credit") => 2,
            _ => continue,
        };
        let amount = payment.get("amount").and_then(Value::as_int).unwrap_or(0);
        sums[tender] = sums[tender].saturating_add(amount);
    }
    sums
}
