//! Every decision stands in the audit log.

use super::End;

pub(super) fn broken(end: &End<'_>) -> Vec<String> {
    let query = "SELECT count(*) FROM log WHERE position NOT IN
        (SELECT position FROM audit WHERE position IS NOT NULL)";
    let missing: rusqlite::Result<i64> = end.ledger.query_row(query, [], |row| row.get(0));
    match missing {
        Ok(0) => Vec::new(),
        Ok(missing) => vec![format!("{missing} decisions without an audit entry")],
        Err(error) => vec![error.to_string()],
    }
}
