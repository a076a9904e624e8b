//! Counting coins and notes.

use serde::{Deserialize, Serialize};
use sync_core::{Document, Value};

use crate::Money;

/// How often one coin or note is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct CashCount {
    /// What one is worth.
    pub value: Money,
    /// How many there are.
    pub count: u32,
}

/// What all of them are worth.
pub fn sum_of(counts: &[CashCount]) -> Money {
    let worth = |each: &CashCount| Money(each.value.0.saturating_mul(i64::from(each.count)));
    counts.iter().map(worth).sum()
}

/// The coins and notes of a currency, the largest first; steps of 1, 2 and 5 for one that is not
/// known here.
pub fn coins_of(currency: &str, exponent: u8) -> Vec<Money> {
    let known: &[i64] = match (currency, exponent) {
        ("GBP", 2) => &[5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1],
        ("EUR", 2) => &[
            50_000, 20_000, 10_000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1,
        ],
        ("USD", 2) => &[10_000, 5000, 2000, 1000, 500, 100, 25, 10, 5, 1],
        ("CHF", 2) => &[
            100_000, 20_000, 10_000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5,
        ],
        _ => &[],
    };
    if !known.is_empty() {
        return known.iter().copied().map(Money).collect();
    }
    let unit = 10_i64.pow(u32::from(exponent.min(4)));
    let most = unit.saturating_mul(100);
    let steps = (0..).map(|power| 10_i64.saturating_pow(power));
    let steps = steps.take_while(|step| *step <= most);
    let mut coins: Vec<Money> = steps
        .flat_map(|step| [step, step * 2, step * 5])
        .filter(|value| *value <= most)
        .map(Money)
        .collect();
    coins.reverse();
    coins
}

/// As a Z report keeps them: what is there at all, by its value.
pub(super) fn to_document(counts: &[CashCount]) -> Document {
    let there = counts.iter().filter(|each| each.count > 0);
    let named = there.map(|each| (each.value.0.to_string(), Value::Int(i64::from(each.count))));
    named.collect()
}
