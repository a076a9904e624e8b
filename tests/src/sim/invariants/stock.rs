//! Stock on hand is what was there less what was sold, added up slowly from what people did.

use std::collections::BTreeMap;

use retail::collection;

use super::{End, documents};
use crate::sim::promises::{FEW, scarce};

pub(super) fn broken(end: &End<'_>) -> Vec<String> {
    let mut expected: BTreeMap<String, i64> = end
        .products
        .iter()
        .map(|product| {
            let few = *product == scarce();
            (product.to_string(), if few { FEW.0 } else { end.opening })
        })
        .collect();
    for id in end.facts.keys() {
        let moves = end.oracle.fact(*id).map(|fact| fact.moves.as_slice());
        for (product, delta) in moves.unwrap_or_default() {
            *expected.entry(product.to_string()).or_default() += delta.0;
        }
    }
    let levels = match documents(&end.ledger, collection::STOCK_LEVELS) {
        Ok(levels) => levels,
        Err(error) => return vec![format!("the levels cannot be read: {error}")],
    };
    let mut found = BTreeMap::new();
    for (_, level) in levels {
        let product = level["product"].as_str().unwrap_or_default().to_owned();
        *found.entry(product).or_insert(0) += level["on_hand"].as_i64().unwrap_or_default();
    }
    expected
        .iter()
        .filter(|(product, level)| found.get(*product) != Some(level))
        .map(|(product, level)| {
            format!(
                "{product}: {:?} on hand, should be {level}",
                found.get(product)
            )
        })
        .collect()
}
