//! Nothing is in the ledger that nobody did, and no mutation stands in the log twice.

use retail::collection;
use serde_json::Value as Json;

use super::End;

pub(super) fn broken(end: &End<'_>) -> Vec<String> {
    let mut broken: Vec<String> = end
        .facts
        .iter()
        .filter(|(id, (collection, doc))| {
            end.oracle.fact(**id).is_none() && !goes_with(collection, doc)
        })
        .map(|(id, (collection, _))| format!("{collection} {id} was made by nobody"))
        .collect();
    let twice = "SELECT count(*) FROM (SELECT 1 FROM log GROUP BY device, seq HAVING count(*) > 1)";
    match end.ledger.query_row(twice, [], |row| row.get::<_, i64>(0)) {
        Ok(0) => {}
        Ok(count) => broken.push(format!("{count} mutations stand in the log twice")),
        Err(error) => broken.push(format!("the log cannot be read: {error}")),
    }
    broken
}

/// Whether a fact is nobody's own: what was there when the shop began, what a receipt does to a
/// credit, and reports, each of which the invariant for it looks at.
fn goes_with(collection: &str, doc: &Json) -> bool {
    match collection {
        collection::STOCK_MOVEMENTS => doc["reason"] == "opening",
        collection::CREDIT_ENTRIES => !doc["sale"].is_null(),
        collection::SHIFT_CLOSINGS => true,
        _ => false,
    }
}
