//! Nothing is in the ledger that nobody did, and no mutation stands in the log twice.

use super::End;

pub(super) fn broken(end: &End<'_>) -> Vec<String> {
    let mut broken: Vec<String> = end
        .facts
        .iter()
        .filter(|(id, _)| end.oracle.fact(**id).is_none())
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
