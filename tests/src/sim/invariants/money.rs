//! Every document's total is what its till asked for and what was paid, and each till took in what
//! its documents add up to.

use std::collections::BTreeMap;

use retail::collection;

use super::End;

pub(super) fn broken(end: &End<'_>) -> Vec<String> {
    let mut broken = Vec::new();
    let mut takings: BTreeMap<usize, (i64, i64)> = BTreeMap::new();
    for (id, (collection, doc)) in &end.facts {
        let sign = match collection.as_str() {
            collection::SALES => 1,
            collection::REFUNDS => -1,
            _ => continue,
        };
        // What nobody did is another invariant's.
        let Some(fact) = end.oracle.fact(*id) else {
            continue;
        };
        let (asked, stands) = (sign * fact.total, doc["total"].as_i64());
        if stands != Some(asked) {
            broken.push(format!(
                "{collection} {id} stands at {stands:?}, was {asked}"
            ));
        }
        let payments = doc["payments"].as_array().into_iter().flatten();
        let paid: i64 = payments
            .map(|payment| payment["amount"].as_i64().unwrap_or_default())
            .sum();
        let (asked, took) = takings.entry(fact.device).or_default();
        (*asked, *took) = (*asked + fact.total, *took + sign * paid);
    }
    let wrong = takings.iter().filter(|(_, (asked, took))| asked != took);
    broken.extend(wrong.map(|(device, (asked, took))| {
        format!("device {device} took {took} in, for documents over {asked}")
    }));
    broken
}
