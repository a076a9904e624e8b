//! What a device confirmed is in the ledger, unless the only disk that had it is gone.

use super::End;
use crate::sim::oracle::Sure;

pub(super) fn broken(end: &End<'_>) -> Vec<String> {
    let promised = end
        .oracle
        .facts()
        .filter(|(_, fact)| fact.sure != Sure::Perhaps);
    let lost = promised.filter(|(id, _)| !end.facts.contains_key(id));
    lost.map(|(id, fact)| {
        let (what, number, device) = (fact.collection, fact.number, fact.device);
        format!(
            "{what} {id}, number {number} of device {device}, is lost: {:?}",
            fact.sure
        )
    })
    .collect()
}
