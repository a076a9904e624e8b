//! Every sale's total is what its till asked for.

use super::End;

pub(super) fn broken(end: &End<'_>) -> Vec<String> {
    let sales = end
        .facts
        .iter()
        .filter(|(_, (collection, _))| collection == retail::collection::SALES);
    sales
        .filter_map(|(id, (_, doc))| {
            let asked = end.oracle.fact(*id)?.total;
            let stands = doc["total"].as_i64();
            (stands != Some(asked)).then(|| format!("sale {id} stands at {stands:?}, was {asked}"))
        })
        .collect()
}
